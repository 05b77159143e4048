"""What the sidecar admits: nothing without the secret, too large, too often or not allowed."""

import itertools
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from sidecar.app import BODY_BYTES
from sidecar.web.rate_limit import CHECKS_PER_MINUTE, RUNS_PER_MINUTE
from tests.integration.command import sidecar
from tests.stack.directus import DirectusInstance
from tests.stack.ports import LOOPBACK
from tests.stack.processes import ProcessError
from tests.stack.proxy import Proxy
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.sidecar_processes import SidecarWeb, SidecarWorker
from tests.stack.stack import Stack

OPEN = {"/health", "/metrics"}
METADATA = "http://169.254.169.254/latest/meta-data"
ALLOWED = {"MIGRATION_ALLOWED_DESTINATIONS": "*.example.com, cms.internal"}


@pytest.fixture(scope="module")
def client(stack: Stack) -> SidecarClient:
    return SidecarClient(stack, admin_id(stack.source))


@pytest.fixture(scope="module")
def narrow(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SidecarClient]:
    """Another web process of the same sidecar, that allows a few destinations only."""
    web = SidecarWeb(replace(stack.sidecar, environment=ALLOWED), tmp_path_factory.mktemp("narrow"))
    web.start()
    try:
        yield SidecarClient(stack, admin_id(stack.source), web.url)
    finally:
        web.process.stop()


def test_no_route_takes_a_persons_id_without_the_secret(
    stack: Stack, client: SidecarClient
) -> None:
    """Every route of the OpenAPI document, with an administrator's id and without the secret."""
    person = {name: value for name, value in client.headers.items() if name != "Authorization"}
    without: list[dict[str, str]] = [
        {},
        *(
            {"Authorization": given}
            for given in (
                "",
                "Bearer",
                "Bearer ",
                "Bearer wrong",
                stack.secret,
                f"Basic {stack.secret}",
                f"bearer {stack.secret}",
                f"Bearer {stack.secret[:-1]}",
                f"Bearer {stack.secret}x",
                f"Bearer {stack.secret},Bearer {stack.secret}",
                "Bearer é",
            )
        ),
        {"X-Migration-Secret": stack.secret},
        {"Cookie": f"Authorization=Bearer {stack.secret}"},
    ]
    document = client.get("/openapi.json").json()
    routes = [
        (method, path)
        for path, methods in document["paths"].items()
        for method in methods
        if path not in OPEN and method != "parameters"
    ]
    assert len(routes) > 10
    for (method, path), headers in itertools.product(routes, without):
        url = stack.web.url + path.format(run_id=uuid.uuid4(), check_id=uuid.uuid4(), preset_id=1)
        answer = requests.request(
            method,
            url,
            json={},
            headers={**person, **headers},
            timeout=30,
            params={"secret": stack.secret, "access_token": stack.secret},
        )
        assert answer.status_code == 401, (method, path, headers)
        assert [error["code"] for error in answer.json()["errors"]] == ["UNAUTHORIZED"]


def test_a_body_that_is_too_large_is_refused_also_when_it_does_not_say_so(
    client: SidecarClient, stack: Stack
) -> None:
    body = json.dumps({"destination_url": "x" * BODY_BYTES}).encode()
    chunks = (body[start : start + 1000] for start in range(0, len(body), 1000))
    for data in (body, chunks):
        answer = requests.post(
            f"{stack.web.url}/check",
            data=data,
            timeout=30,
            headers={**client.headers, "Content-Type": "application/json"},
        )
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (
            413,
            "CONTENT_TOO_LARGE",
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("destination_url", f"https://{'x' * 2000}"),
        ("destination_token", "x" * 4001),
        ("options", ["content"] * 21),
        ("options", ["x" * 33]),
        ("token_from", "preset:1234567890123456"),
        ("name", "x" * 256),
        ("name", "a\u0000b"),
        ("batch_size", True),
        ("dry_run", "yes"),
        ("force", 1),
        ("invite", None),
        ("collection", "posts"),
        ("id", 1),
    ],
)
def test_every_field_has_its_limits_and_no_other_field_is_taken(
    client: SidecarClient, field: str, value: Any
) -> None:
    preset = field in ("name", "collection", "id")
    body = {"name": "n", "scope": "personal", field: value} if preset else {field: value}
    answer = client.post("/presets" if preset else "/runs", body)
    assert answer.status_code == 422
    assert {error["field"].partition(".")[0] for error in answer.json()["errors"]} == {field}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1,",
        b'{"options": ' + b"[" * 50_000,
        b'{"batch_size": NaN}',
        b'{"batch_size": ' + b"9" * 5000 + b"}",
        b'{"name": "\\ud800", "scope": "personal"}',
        b"\xff\xfe",
        b'{"name": "\xff"}',
    ],
)
def test_what_is_not_json_is_refused(client: SidecarClient, stack: Stack, body: bytes) -> None:
    answer = requests.post(
        f"{stack.web.url}/presets",
        data=body,
        timeout=30,
        headers={**client.headers, "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "INVALID_JSON")


def test_a_body_under_another_name_is_not_read(client: SidecarClient, stack: Stack) -> None:
    """A form of another web site could send text/plain."""
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ):
        answer = requests.post(
            f"{stack.web.url}/runs",
            data=b'{"dry_run": false}',
            timeout=30,
            headers={**client.headers, "Content-Type": kind},
        )
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        )


@pytest.mark.parametrize(
    ("path", "most", "what"),
    [
        ("/check", CHECKS_PER_MINUTE, "checks"),
        ("/runs", RUNS_PER_MINUTE, "runs"),
    ],
)
def test_one_person_is_not_let_in_any_number_of_times_a_minute(
    stack: Stack, path: str, most: int, what: str
) -> None:
    one, other = (SidecarClient(stack, str(uuid.uuid4())) for _ in range(2))
    assert {one.post(path, {}).status_code for _ in range(most)} == {400}
    refused = one.post(path, {})
    seconds = int(refused.headers["Retry-After"])
    assert (refused.status_code, 0 < seconds <= 60) == (429, True)
    (error,) = refused.json()["errors"]
    assert error["code"] == "TOO_MANY_REQUESTS"
    assert f"More than {most} {what} a minute" in error["message"]
    assert f"try again in {seconds} second" in error["message"]
    assert other.post(path, {}).status_code == 400
    assert one.get("/runs").status_code == 200


@pytest.mark.parametrize("command", [SidecarWeb, SidecarWorker])
@pytest.mark.parametrize(
    "secret", ["", "short", "change-me-change-me-change-me-change-me", "s" * 64]
)
def test_no_process_starts_without_a_good_secret(
    stack: Stack, tmp_path: Path, command: Any, secret: str
) -> None:
    arguments = (stack.web.url,) if command is SidecarWorker else ()
    with pytest.raises(
        ProcessError, match=r"ended with exit status 2.*\n.*\n.*MIGRATION_SIDECAR_SECRET"
    ):
        command(replace(stack.sidecar, secret=secret), tmp_path, *arguments).process.finish()


@pytest.mark.parametrize("path", ["/check", "/runs"])
def test_link_local_and_metadata_addresses_are_refused_over_http(
    client: SidecarClient, path: str
) -> None:
    for url in (
        METADATA,
        "http://[fe80::1]",
        "http://2852039166",
        "http://metadata.google.internal",
    ):
        answer = client.post(path, {"destination_url": url, "destination_token": "t"})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (
            400,
            "DESTINATION_FORBIDDEN",
        )


@pytest.mark.parametrize("path", ["/check", "/runs"])
def test_only_allowed_destinations_are_looked_at_over_http(
    narrow: SidecarClient, destination: DirectusInstance, path: str
) -> None:
    with Proxy(destination.url) as proxy:
        body = {"destination_url": proxy.url, "destination_token": destination.admin_token}
        answer = narrow.post(path, body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (
            400,
            "DESTINATION_NOT_ALLOWED",
        )
        assert proxy.requests == []
    unknown = narrow.post(
        path, {"destination_url": "http://nobody.example.com", "destination_token": "t"}
    )
    assert unknown.json()["errors"][0]["code"] == "DESTINATION_UNREACHABLE"


def test_a_worker_keeps_to_its_allowed_destinations_too(
    stack: Stack, client: SidecarClient, destination: DirectusInstance, tmp_path: Path
) -> None:
    """What a web process with other settings let through is refused where the work is done."""
    worker = SidecarWorker(
        replace(stack.sidecar, environment=ALLOWED), tmp_path, stack.web.url, "narrow"
    )
    stack.worker.process.stop()
    try:
        with Proxy(destination.url) as proxy:
            body = {"destination_url": proxy.url, "destination_token": destination.admin_token}
            run_id = client.post("/runs", body).json()["id"]
            proxy.requests.clear()
            worker.start()
            run = client.wait_for_end(run_id)
            assert proxy.requests == []
    finally:
        worker.process.stop()
        stack.worker.start()
    assert (run["status"], [problem["code"] for problem in run["problems"]]) == (
        "refused",
        ["DESTINATION_NOT_ALLOWED"],
    )


@pytest.mark.parametrize(
    ("to", "allowed", "code"),
    [
        (METADATA, "", "DESTINATION_FORBIDDEN"),
        ("http://[::ffff:169.254.169.254]", "", "DESTINATION_FORBIDDEN"),
        (f"http://{LOOPBACK}:1", "*.example.com", "DESTINATION_NOT_ALLOWED"),
        (f"http://{LOOPBACK}:1", LOOPBACK, "DESTINATION_UNREACHABLE"),
        (f"http://{LOOPBACK}:1", "https://cms.example.com", "SETTINGS"),
    ],
)
def test_the_command_line_keeps_to_them_too(stack: Stack, to: str, allowed: str, code: str) -> None:
    done = sidecar(
        stack.source,
        "check",
        "--to",
        to,
        "--json",
        token="t",
        MIGRATION_ALLOWED_DESTINATIONS=allowed,
    )
    assert (done.status, done.document["errors"][0]["code"]) == (2, code)
