"""Where Force does not help, the run is refused with a sentence, before anything is written."""

import json
from collections.abc import Iterator

import pytest

from tests.integration.command import Finished, sidecar
from tests.stack.directus import DirectusInstance
from tests.stack.proxy import Proxy, Rewrite
from tests.stack.stack import Stack

REASON = '"fields[0].type" must be one of [string]'


def pretending(name: str, value: str, *, refuses: bool = False) -> Rewrite:
    """A destination that says that it is of another version or database; ``refuses``: it does not
    take the schema."""

    def rewrite(method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if path.startswith("/schema/diff") and refuses:
            error = {
                "message": f"Invalid payload. {REASON}.",
                "extensions": {"code": "INVALID_PAYLOAD"},
            }
            return 400, json.dumps({"errors": [error]}).encode()
        if path != "/schema/snapshot":
            return status, body
        document = json.loads(body)
        document["data"][name] = value
        return status, json.dumps(document).encode()

    return rewrite


@pytest.fixture
def unknown_database(destination: DirectusInstance) -> Iterator[Proxy]:
    with Proxy(destination.url, pretending("vendor", "oracle")) as proxy:
        yield proxy


@pytest.fixture
def unlike(destination: DirectusInstance) -> Iterator[Proxy]:
    with Proxy(destination.url, pretending("directus", "99.0.0", refuses=True)) as proxy:
        yield proxy


def run(stack: Stack, proxy: Proxy, destination: DirectusInstance, *command: str) -> Finished:
    return sidecar(
        stack.source, *command, "--json", "--to", proxy.url, token=destination.admin_token
    )


def test_databases_that_force_does_not_know_are_refused(
    stack: Stack, destination: DirectusInstance, unknown_database: Proxy
) -> None:
    found = run(stack, unknown_database, destination, "check").document
    assert (found["force_would_help"], found["force"]) == (False, [])
    done = run(stack, unknown_database, destination, "migrate", "--force")
    assert_refused(
        done, unknown_database, "VENDOR_DIFFERS", "SQLite, PostgreSQL, MySQL or MariaDB only"
    )


def test_a_schema_that_the_destination_does_not_take_is_refused(
    stack: Stack, destination: DirectusInstance, unlike: Proxy
) -> None:
    found = run(stack, unlike, destination, "check").document
    assert (found["force_would_help"], found["schema"], found["force"]) == (False, None, [])
    done = run(stack, unlike, destination, "migrate", "--force")
    assert_refused(
        done,
        unlike,
        "INVALID_PAYLOAD",
        "does not accept the source's schema, so nothing was written",
    )
    assert REASON in done.document["message"]


def assert_refused(done: Finished, proxy: Proxy, code: str, words: str) -> None:
    """Nothing that writes was sent."""
    assert (done.status, done.document["status"]) == (2, "refused"), done.stderr
    assert [problem["code"] for problem in done.document["problems"]] == [code]
    assert words in done.document["message"]
    assert {
        (method, path)
        for method, path in proxy.requests
        if method not in ("GET", "SEARCH") and not path.startswith("/schema/diff")
    } == set()
