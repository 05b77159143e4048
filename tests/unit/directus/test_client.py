"""The client: requests that are repeated, what they look like, and when they stop."""

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
import stamina

from sidecar.cancellation import CancelToken
from sidecar.directus.client import Directus, Row
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.directus.retry import BRIEF
from sidecar.errors import Cancelled, DirectusRejected, NotADirectus, Unreachable
from tests.stack.answering import Answer, Answering
from tests.stack.ports import LOOPBACK
from tests.unit.directus.fake_clock import FakeClock
from tests.unit.directus.fake_instances import FakeInstance, connected
from tests.unit.directus.test_error_answers import error_answer

RELAY = Path(__file__).parents[3] / "extension" / "src" / "endpoint" / "answer.ts"
GOOD: Answer = (200, {}, b'{"data": [1]}')


@pytest.fixture(autouse=True)
def no_waits() -> Iterator[None]:
    """Retries happen at once; tests of the policy assert how long they wait."""
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
def instance() -> Iterator[FakeInstance]:
    instance = FakeInstance("instance")
    with connected(instance):
        yield instance


REQUESTS: list[Callable[[Directus], object]] = [
    lambda directus: directus.get("/items/a"),
    lambda directus: directus.search("/items/a", {}),
    lambda directus: directus.create("/items/a", {}, fields=["id"]),
    lambda directus: directus.update("/items/a", {}, fields=["id"]),
    lambda directus: directus.read_text("/assets/a"),
    lambda directus: directus.send_file("POST", "/files", b"bytes", "text/plain"),
]


def answered(document: Row) -> Answer:
    return 200, {}, orjson.dumps(document)


def body_sent(instance: FakeInstance, rows: list[Row], path: str) -> Row:
    """Return the body of a search by keys under ``path``, which answers ``rows``."""
    instance.answers[path] = answered({"data": rows})
    assert instance.client().search_keys(path, ["1", "2"], ["id"]) == rows
    body: Row = orjson.loads(instance.requests[-1].body or b"")
    return body


@pytest.mark.parametrize(
    "answer",
    [
        error_answer(429, "REQUESTS_EXCEEDED"),
        error_answer(503, "SERVICE_UNAVAILABLE", "Under pressure"),
        (502, {}, b"<html>"),
        (504, {}, b""),
        (500, {}, b"<html>a page of something in front of Directus</html>"),
        (503, {}, b"<html>"),
    ],
)
def test_a_request_is_repeated_after_a_failure_that_may_pass(answer: Answer) -> None:
    limiter = AdaptiveLimiter(clock=FakeClock())
    with Answering(answer, answer, GOOD) as server:
        assert Directus(server.url, "t", limiter=limiter).get("/items/a") == [1]
        assert len(server.received) == 3


def test_a_rejected_request_is_not_repeated() -> None:
    with Answering(error_answer(400, "INVALID_PAYLOAD")) as server:
        with pytest.raises(DirectusRejected):
            Directus(server.url, "t").get("/items/a")
        assert len(server.received) == 1


def test_a_refusal_slows_down_the_requests_that_follow() -> None:
    clock = FakeClock()
    limiter = AdaptiveLimiter(clock=clock)
    refusal: Answer = (429, {"Retry-After": "7"}, b"")
    with Answering(refusal, GOOD) as server:
        Directus(server.url, "t", limiter=limiter).get("/items/a")
    assert (clock.time, limiter.refusals) == (107, 1)


def test_a_cancelled_run_sends_no_request(instance: FakeInstance) -> None:
    client = instance.client()
    client.cancel = CancelToken(lambda: True)
    try:
        with pytest.raises(Cancelled):
            client.get("/roles")
    finally:
        client.cancel = CancelToken()
    assert instance.requests == []


def test_a_request_that_fails_in_a_cancelled_run_raises_cancelled() -> None:
    """Aborting a run closes connections; that is not a failure of the instance."""
    checks: list[None] = []

    def cancelled_after_the_first_check() -> bool:
        checks.append(None)
        return len(checks) > 1

    with socket.create_server((LOOPBACK, 0)) as closed:
        url = f"http://{LOOPBACK}:{closed.getsockname()[1]}"
    client = Directus(url, "t")
    client.cancel = CancelToken(cancelled_after_the_first_check)
    with pytest.raises(Cancelled):
        client.get("/roles")


def test_a_silent_instance_is_reported_before_the_relay_gives_up() -> None:
    (relay_seconds,) = re.findall(r"TIMEOUT_MS = (\d+)_000", RELAY.read_text())
    assert BRIEF.attempts * BRIEF.read_seconds < int(relay_seconds)
    policy = replace(BRIEF, read_seconds=0.05)
    with socket.create_server((LOOPBACK, 0)) as silent:
        url = f"http://{LOOPBACK}:{silent.getsockname()[1]}"
        with pytest.raises(Unreachable, match="did not answer in time"):
            Directus(url, "t", retry_policy=policy).get("/")


def test_the_token_is_not_shown_by_the_client() -> None:
    assert "hush" not in repr(Directus("http://127.0.0.1", "hush").__dict__)


def test_parameters_are_sent_as_directus_reads_them(instance: FakeInstance) -> None:
    instance.client().get("/roles", fields=["id", "name"], limit="1", filter={"id": {"_eq": 1}})
    assert instance.requests[-1].path_url == (
        "/roles?fields=id%2Cname&limit=1&filter=%7B%22id%22%3A%7B%22_eq%22%3A1%7D%7D"
    )


def test_rows_are_searched_by_keys(instance: FakeInstance) -> None:
    assert body_sent(instance, [{"id": "1"}], "/items/a") == {
        "keys": ["1", "2"],
        "query": {"fields": ["id"], "limit": 2},
    }


def test_rows_of_endpoints_that_ignore_keys_are_searched_by_a_filter(
    instance: FakeInstance,
) -> None:
    assert body_sent(instance, [{"id": "1"}], "/roles") == {
        "query": {"fields": ["id"], "limit": 2, "filter": {"id": {"_in": ["1", "2"]}}}
    }


def test_a_ping_tells_whether_an_instance_is_reachable(instance: FakeInstance) -> None:
    assert instance.client().is_reachable()
    instance.answers["/server/ping"] = (502, {}, b"")
    assert not instance.client().is_reachable()
    assert len(instance.requests) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_so_no_other_host_gets_the_token(status: int) -> None:
    with (
        Answering(b"") as elsewhere,
        Answering((status, {"Location": f"{elsewhere.url}/items/a"}, b"")) as server,
    ):
        for ask in REQUESTS:
            with pytest.raises(NotADirectus):
                ask(Directus(server.url, "t"))
        assert elsewhere.received == []
        assert len(server.received) == len(REQUESTS)


def test_the_number_of_all_rows_comes_beside_some_of_them(instance: FakeInstance) -> None:
    instance.answers["/items/a"] = answered({"data": [{"id": 1}], "meta": {"total_count": 7}})
    client = instance.client()
    assert client.search_and_count("/items/a", {"limit": 1}) == ([{"id": 1}], 7)
    assert client.search_and_count("/items/a", {"limit": 1}, [1]) == ([{"id": 1}], 7)
    query = {"limit": 1, "meta": ["total_count"]}
    sent = [orjson.loads(request.body or b"") for request in instance.requests]
    assert sent == [{"query": query}, {"keys": [1], "query": query}]


@pytest.mark.parametrize("meta", [None, {}, {"total_count": None}])
def test_an_answer_without_the_number_that_was_asked_for_is_none_of_directus(
    instance: FakeInstance, meta: object
) -> None:
    instance.answers["/items/a"] = answered({"data": [], "meta": meta})
    with pytest.raises(NotADirectus, match="/items/a"):
        instance.client().search_and_count("/items/a", {})
