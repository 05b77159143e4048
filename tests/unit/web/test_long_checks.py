"""A check that takes long gets a state, which tells what it does and in the end what it found."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from redis.exceptions import ConnectionError

from sidecar.errors import Cancelled, DirectusError, InvalidRequest, TookTooLong
from sidecar.jobs.keyspace import Keyspace
from sidecar.masking import hide
from sidecar.web import check as view
from sidecar.web import long_checks
from sidecar.web.check_store import (
    ALIVE_SECONDS,
    KEPT_SECONDS,
    WAITED_SECONDS,
    CheckState,
    CheckStore,
)
from tests.stack.conditions import wait_until
from tests.stack.leaks import everything_in, leaks
from tests.unit.web.client import DESTINATION, HEADERS, Answer, Client

TOKEN = "a-long-token-0123456789"
FORM = {**DESTINATION, "destination_token": TOKEN}
OTHER = {**HEADERS, "X-Migration-User": "00000000-7f4b-4a55-b5a3-0c5f3c1b7a10"}
NOWHERE = "/checks/11111111-7f4b-4a55-b5a3-0c5f3c1b7a10"
FOUND = {"compatible": True, "findings": [{"code": "A", "message": f"It says {TOKEN}"}]}


class SlowCheck:
    """A check that says what it does, and ends when it is let go, or cancelled."""

    def __init__(self) -> None:
        self.go_on = Event()
        self.error: Exception | None = None

    def __call__(
        self, *arguments: Any, announce: Callable[[str], None], **options: Any
    ) -> "SlowCheck":
        _, _, url, token, _, limits = arguments
        hide(token, url)
        announce("Looking at the tables of both sides")
        while not self.go_on.wait(0.01):
            if limits.require_time(url):
                raise Cancelled("The run was cancelled")
        if self.error:
            raise self.error
        return self

    def document(self) -> dict[str, Any]:
        return FOUND


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowCheck]:
    slow = SlowCheck()
    monkeypatch.setattr(view, "check_destination", slow)
    monkeypatch.setattr(view, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(long_checks, "BEAT_SECONDS", 0.02)
    yield slow
    slow.go_on.set()


def begin(client: Client) -> str:
    answer = client.post("/check", FORM)
    assert answer.status == 202
    return str(answer.document["check"]["id"])


def state_of(client: Client, check_id: str) -> dict[str, Any]:
    answer = client.get(f"/checks/{check_id}")
    assert answer.status == 200
    return dict(answer.document["check"])


def ended(client: Client, check_id: str) -> dict[str, Any]:
    wait_until(lambda: state_of(client, check_id)["state"] != "running", 10)
    return state_of(client, check_id)


def answered_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> Answer:
    monkeypatch.setattr(view, "WAIT_SECONDS", 10)
    return client.post("/check", FORM)


def test_a_check_that_takes_long_says_what_it_does(client: Client, slow: SlowCheck) -> None:
    state = state_of(client, begin(client))
    assert (state["state"], state["doing"]) == ("running", "Looking at the tables of both sides")
    assert (state["result"], state["failure"]) == (None, None)


def test_it_ends_with_what_it_would_have_answered(
    client: Client, slow: SlowCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_id = begin(client)
    slow.go_on.set()
    state = ended(client, check_id)
    assert (state["state"], state["failure"]) == ("done", None)
    direct = answered_at_once(client, monkeypatch)
    assert direct.status == 200
    assert state["result"] == direct.document


@pytest.mark.parametrize(
    "error",
    [
        InvalidRequest("No", code="TOKEN_REFUSED", field="destination_token"),
        InvalidRequest("Too many", code="MEMORY_BUSY", status=503),
        DirectusError("Broken"),
        TookTooLong("Too slow"),
        ZeroDivisionError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_fails_with_the_error_that_it_would_have_answered(
    client: Client, slow: SlowCheck, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    slow.error = error
    check_id = begin(client)
    slow.go_on.set()
    state = ended(client, check_id)
    assert (state["state"], state["result"]) == ("failed", None)
    direct = answered_at_once(client, monkeypatch)
    assert direct.status >= 400
    assert state["failure"] == {"status": direct.status, **direct.document}


def test_the_person_who_asked_may_cancel_it(client: Client, slow: SlowCheck) -> None:
    check_id = begin(client)
    assert client.send("POST", f"/checks/{check_id}/cancel", headers=OTHER).status == 404
    assert client.post(f"/checks/{check_id}/cancel").status == 202
    state = ended(client, check_id)
    assert state["state"] == "cancelled"
    (error,) = state["failure"]["errors"]
    assert (state["failure"]["status"], error["code"]) == (409, "CANCELLED")
    assert error["message"] == "The check was cancelled"


def test_it_is_cancelled_when_nobody_asks_for_it_any_more(
    client: Client, slow: SlowCheck, space: Keyspace
) -> None:
    check_id = begin(client)
    awaited = space.key(f"check:{check_id}:awaited")
    space.redis.expire(awaited, 5)
    state_of(client, check_id)
    assert WAITED_SECONDS - 5 < space.redis.ttl(awaited) <= WAITED_SECONDS
    # As time would.
    space.redis.delete(awaited)
    assert ended(client, check_id)["state"] == "cancelled"


def test_nobody_else_sees_it(client: Client, slow: SlowCheck) -> None:
    check_id = begin(client)
    for answer in (
        client.send("GET", f"/checks/{check_id}", headers=OTHER),
        client.get(NOWHERE),
        client.post(f"{NOWHERE}/cancel"),
    ):
        assert answer.refusal == (404, "CHECK_NOT_FOUND", None)


def test_it_is_interrupted_when_its_process_says_nothing_more(
    client: Client, slow: SlowCheck, space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_checks, "BEAT_SECONDS", 60)
    check_id = begin(client)
    alive = space.key(f"check:{check_id}:alive")
    assert 0 < space.redis.ttl(alive) <= ALIVE_SECONDS
    space.redis.delete(alive)
    state = state_of(client, check_id)
    assert state["state"] == "interrupted"
    (error,) = state["failure"]["errors"]
    assert (state["failure"]["status"], error["code"]) == (503, "CHECK_INTERRUPTED")
    assert error["message"].endswith("Press Check again")


def test_what_is_kept_of_it_has_no_token_and_expires(
    client: Client, slow: SlowCheck, space: Keyspace
) -> None:
    check_id = begin(client)
    slow.go_on.set()
    assert ended(client, check_id)["state"] == "done"
    assert leaks(everything_in(space.redis), {"destination": TOKEN}) == []
    keys = list(space.redis.scan_iter(space.key("check:*")))
    assert keys
    assert all(0 < space.redis.ttl(key) <= KEPT_SECONDS for key in keys)


def test_what_it_finds_survives_a_redis_that_is_gone_for_a_moment(
    client: Client, slow: SlowCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_id = begin(client)
    write, failures = CheckStore.write, iter([True] * 3)

    def write_later(self: CheckStore, user: str, state: CheckState) -> None:
        if state["state"] != "running" and next(failures, False):
            raise ConnectionError("Redis is gone")
        write(self, user, state)

    monkeypatch.setattr(CheckStore, "write", write_later)
    slow.go_on.set()
    assert ended(client, check_id)["state"] == "done"
    assert next(failures, None) is None


def test_it_is_not_kept_if_it_would_fill_redis(
    client: Client, slow: SlowCheck, space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = {**FOUND, "findings": [{"code": "A", "message": "x" * 2_000}] * 1_000}
    monkeypatch.setattr(slow, "document", lambda: long)
    check_id = begin(client)
    slow.go_on.set()
    state = ended(client, check_id)
    assert (state["state"], state["result"]) == ("failed", None)
    assert state["failure"]["errors"][0]["code"] == "ANSWER_TOO_LARGE"
    assert int(space.redis.strlen(space.key(f"check:{check_id}"))) < 1_000


def test_the_address_that_it_asks_shows_no_token(
    client: Client, slow: SlowCheck, space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = property(lambda _: f"http://destination/{TOKEN}/fields")
    monkeypatch.setattr("sidecar.directus.deadline.Deadline.asked", asked)
    check_id = begin(client)
    assert "http://destination/" in state_of(client, check_id)["doing"]
    assert leaks(everything_in(space.redis), {"destination": TOKEN}) == []


def test_it_holds_a_place_of_its_destination_until_it_ends(
    client: Client, slow: SlowCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidecar.web.slots.WAIT_SECONDS", 0.01)
    checks = [begin(client) for _ in range(4)]
    assert client.post("/check", FORM).refusal == (503, "SIDE_BUSY", "destination_url")
    slow.go_on.set()
    for check_id in checks:
        ended(client, check_id)
    assert answered_at_once(client, monkeypatch).status == 200
