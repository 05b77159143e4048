"""schemathesis asks the sidecar all that its OpenAPI document allows, and what it does not: no 5xx,
and no answer that the document does not name. MIGRATION_TEST_SEED repeats a run."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.stack.chance import SEED
from tests.stack.directus import DirectusInstance
from tests.stack.ports import LOOPBACK
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.sidecar_processes import SidecarWeb
from tests.stack.stack import Stack

EXAMPLES = int(os.environ.get("MIGRATION_TEST_EXAMPLES") or 60)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = (
    "POST /check",
    "GET /checks/{check_id}",
    "POST /checks/{check_id}/cancel",
    "GET /collections",
    "POST /collections/count",
    "GET /options",
    "GET /presets",
    "POST /presets",
    "PATCH /presets/{preset_id}",
    "DELETE /presets/{preset_id}",
    "GET /runs",
    "POST /runs",
    "GET /runs/{run_id}",
    "GET /runs/{run_id}/changes",
    "GET /runs/{run_id}/changes/download",
    "GET /runs/{run_id}/changes/rows",
    "GET /runs/{run_id}/checksums",
    "GET /runs/{run_id}/problems",
    "POST /runs/{run_id}/cancel",
    "POST /runs/{run_id}/resume",
    "GET /health",
    "GET /metrics",
)
# Of all texts and numbers few are an option, a batch size or a saved token.
USUALLY_REFUSED = ("options", "batch_size", "token_from")
# Nobody with a preset may be made up; who asks for checks may, and then each has a minute of their
# own.
BY_ANYBODY = ("/check", "/runs")


@dataclass(frozen=True)
class Interface:
    """The web process under test, its document, and what there really is: a destination, a run, a
    preset."""

    client: SidecarClient
    schema: Any
    destination: dict[str, str]
    run_id: str
    preset_id: int

    def fill_in(self, case: Any) -> None:
        """Have a request be about what there is."""
        if isinstance(case.body, dict):
            kept = {name: value for name, value in case.body.items() if name not in USUALLY_REFUSED}
            case.body = {**kept, **self.destination}
        for name in set(case.path_parameters or ()) & {"run_id", "preset_id"}:
            case.path_parameters[name] = getattr(self, name)


@pytest.fixture(scope="module")
def source(
    version: str, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DirectusInstance]:
    """One of its own: among the requests are some that delete a preset, whichever that is."""
    with DirectusInstance(
        "interface", version, database, workdir=tmp_path_factory.mktemp("interface")
    ) as instance:
        yield instance


@pytest.fixture(scope="module")
def interface(
    stack: Stack,
    source: DirectusInstance,
    destination: DirectusInstance,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Interface]:
    """A web process with a Redis database without workers, so that runs only wait; it goes to this
    machine only."""
    environment = {
        "MIGRATION_ALLOWED_DESTINATIONS": LOOPBACK,
        "MIGRATION_BUNDLE_DEFAULT_URL": destination.url,
        "MIGRATION_BUNDLE_DEFAULT_TOKEN": destination.admin_token,
    }
    apart = replace(
        stack.sidecar,
        directus_url=source.url,
        directus_token=source.admin_token,
        redis_url=stack.redis.url.removesuffix("0") + "1",
        environment=environment,
    )
    web = SidecarWeb(apart, tmp_path_factory.mktemp("web"))
    web.start()
    try:
        client = SidecarClient(stack, admin_id(source), web.url)
        document = client.get("/openapi.json").json()
        schema = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=web.url)
        real = {"destination_url": destination.url, "destination_token": destination.admin_token}
        run_id = client.post("/runs", real).json()["id"]
        preset_id = client.post("/presets", {"name": "One", "scope": "personal", **real}).json()[
            "id"
        ]
        yield Interface(client, schema, real, run_id, preset_id)
    finally:
        web.process.stop()


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_the_document_names(interface: Interface, name: str) -> None:
    """Half of the requests are about what there really is, so that they come further than the first
    refusal."""
    method, path = name.split()
    operation = interface.schema[path][method]
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))
    # There is no worker, and to say so is what /health is for.
    checks = [check for check in CHECKS if path != "/health" or check is not not_a_server_error]
    user = interface.client.headers["X-Migration-User"]

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases, real=st.booleans())
    def ask(case: Any, real: bool) -> None:
        if real:
            interface.fill_in(case)
        person = str(uuid.uuid4()) if path in BY_ANYBODY else user
        case.call_and_validate(
            headers={**interface.client.headers, "X-Migration-User": person}, checks=checks
        )

    ask()


def test_an_address_without_end_is_answered_as_documented(interface: Interface) -> None:
    """Chance comes by one once in a hundred runs."""
    case = interface.schema["/runs/{run_id}"]["GET"].Case(path_parameters={"run_id": "0" * 5_000})
    response = case.call(headers=interface.client.headers)
    assert response.status_code == 414
    case.validate_response(response, checks=CHECKS)


def test_there_are_no_other_operations(interface: Interface) -> None:
    document = interface.client.get("/openapi.json").json()
    assert {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters"
    } == set(OPERATIONS)


def test_the_document_names_the_answer_of_every_refusal(interface: Interface) -> None:
    """What is hard to come by at random: the shape of an error is in the document, for each
    status."""
    document = interface.client.get("/openapi.json").json()
    errors = document["components"]["schemas"]["ErrorsOutput"]["properties"]["errors"]["items"][
        "$ref"
    ]
    assert set(document["components"]["schemas"][errors.rpartition("/")[2]]["required"]) == {
        "message",
        "code",
    }
    for path, statuses in {
        "/check": {400, 401, 413, 415, 422, 429, 502, 503},
        "/runs": {400, 401, 409, 413, 415, 422, 429, 502, 503},
    }.items():
        assert {int(status) for status in document["paths"][path]["post"]["responses"]} > statuses


def test_a_request_without_anything_is_answered_as_documented(interface: Interface) -> None:
    for method, path in (
        ("POST", "/check"),
        ("POST", "/runs"),
        ("POST", "/presets"),
        ("PATCH", "/presets/1"),
    ):
        answer = requests.request(
            method,
            interface.schema.config.base_url + path,
            timeout=30,
            headers=interface.client.headers,
        )
        assert answer.status_code in (200, 400, 404, 422)
