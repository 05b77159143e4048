"""Starting a run stores it, and leaves nothing behind if it cannot be enqueued."""

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from redis.exceptions import RedisError

from sidecar.directus.client import Directus
from sidecar.directus.deadline import Deadline
from sidecar.errors import (
    DestinationBusy,
    DirectusRejected,
    InvalidRequest,
    MigrationError,
    TookTooLong,
)
from sidecar.jobs import queue, start
from sidecar.jobs.busy import reserve_destination
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.users import User
from sidecar.masking import hide_own
from sidecar.migration.request import MigrationRequest
from tests.unit.jobs.samples import DESTINATION, ORDER, RUN_ID, SECRET, SOURCE, settings

USER = User("me", "Me", None)


def new_run(destination_url: str) -> start.NewRun:
    return start.NewRun(USER, "", destination_url, "secret", "environment", ORDER.request)


@pytest.fixture(autouse=True)
def _compatible(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Directus is asked."""
    monkeypatch.setattr(start, "require_compatible", lambda *_: None)
    monkeypatch.setattr(start, "check", lambda *_: None)
    monkeypatch.setattr(start, "require_idle", lambda *_: "identity")
    monkeypatch.setattr(start, "project_of", lambda *_: "project")


def test_a_started_run_has_an_order_a_token_and_a_job(space: Keyspace) -> None:
    run_id = start.start_run(settings(), space, new_run("http://elsewhere/admin/"))
    order = RunStore(space).order(run_id)
    assert (order.user, order.user_name, order.token_from) == ("me", "Me", "environment")
    assert (order.destination_url, order.request) == ("http://elsewhere", ORDER.request)
    assert (order.public_url, order.source_url) == (SOURCE, SOURCE)
    assert order.source_identity == "project"
    assert TokenVault(space, SECRET).reveal(order) == "secret"
    assert queue.is_waiting(space, run_id, 1)


@pytest.mark.parametrize(
    ("quick", "checks", "starts"),
    [
        (None, [False], True),
        (InvalidRequest("Conflict", code="SCHEMA_CONFLICT", status=409), [False, True], True),
        (DirectusRejected("No table", code="INTERNAL", status=500), [False, True], True),
        (InvalidRequest("No URL", code="DESTINATION_URL_INVALID", status=400), [False], False),
    ],
)
def test_only_before_it_refuses_a_start_checks_thoroughly(
    space: Keyspace,
    monkeypatch: pytest.MonkeyPatch,
    quick: MigrationError | None,
    checks: list[bool],
    starts: bool,
) -> None:
    thorough: list[bool] = []

    def check(*arguments: Any) -> None:
        thorough.append(arguments[-1])
        if quick and not arguments[-1]:
            raise quick

    monkeypatch.setattr(start, "check", check)
    with nullcontext() if starts else pytest.raises(InvalidRequest):
        start.start_run(settings(), space, new_run("http://elsewhere"))
    assert thorough == checks


@dataclass
class Clients:
    """What the clients of both sides were made with, and which of them were closed."""

    made: list[tuple[str, Deadline]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Clients:
    """The clients that a start makes."""
    clients = Clients()

    class Client(Directus):
        def __init__(self, *arguments: Any, deadline: Deadline, **options: Any) -> None:
            super().__init__(*arguments, deadline=deadline, **options)
            clients.made.append((self.url, deadline))

        def close(self) -> None:
            clients.closed.append(self.url)
            super().close()

    monkeypatch.setattr(start, "Directus", Client)
    return clients


def test_a_start_makes_one_client_of_each_side_with_one_deadline_and_closes_it(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch, clients: Clients
) -> None:
    """The two checks and both identities share them."""
    used: list[tuple[Any, Any]] = []

    def check(*arguments: Any) -> None:
        used.append(arguments[:2])
        if len(used) == 1:
            raise InvalidRequest("Conflict", code="SCHEMA_CONFLICT", status=409)

    monkeypatch.setattr(start, "check", check)
    deadline = Deadline(1)
    start.start_run(settings(), space, new_run("http://elsewhere"), deadline)
    assert [url for url, _ in clients.made] == [SOURCE, "http://elsewhere"]
    assert all(one.ends_at <= deadline.ends_at for _, one in clients.made)
    assert used[0] == used[1]
    assert sorted(clients.closed) == sorted([SOURCE, "http://elsewhere"])


@pytest.mark.parametrize(
    "error", [TookTooLong("Too slow"), InvalidRequest("Full", code="MEMORY_BUSY", status=503)]
)
def test_a_check_that_takes_long_is_left_to_the_run(
    monkeypatch: pytest.MonkeyPatch, space: Keyspace, clients: Clients, error: Exception
) -> None:
    """It is its first stage. It is refused there, if need be."""

    def check(*_arguments: Any) -> None:
        patience = [deadline.shorten(60) for _, deadline in clients.made]
        assert max(patience) <= start.PRECHECK_SECONDS
        raise error

    monkeypatch.setattr(start, "check", check)
    run_id = start.start_run(settings(), space, new_run("http://elsewhere"))
    assert RunStore(space).state(run_id)["status"] == "queued"


def test_a_destination_with_a_run_of_somebody_else_is_refused_before_both_sides_are_compared(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Keyspace, destination: Directus) -> str:
        raise DestinationBusy(destination.url, run_id=None)

    def compare(*_: Any) -> None:
        pytest.fail("the sides were compared")

    before = sorted(space.redis.keys())
    monkeypatch.setattr(start, "require_idle", refuse)
    monkeypatch.setattr(start, "check", compare)
    with pytest.raises(DestinationBusy, match=r"^http://elsewhere$"):
        start.start_run(settings(), space, new_run("http://elsewhere/admin"))
    with pytest.raises(DestinationBusy, match=r"^http://elsewhere$"):
        start.check_destination(
            settings(), space, "http://elsewhere", "token", MigrationRequest(), Deadline(1)
        )
    assert sorted(space.redis.keys()) == before


def test_a_run_that_cannot_be_enqueued_leaves_nothing(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RedisError

    before = sorted(space.redis.keys())
    monkeypatch.setattr(queue, "enqueue", fail)
    with pytest.raises(RedisError):
        start.start_run(settings(), space, new_run("http://elsewhere"))
    assert sorted(space.redis.keys()) == before


def test_a_second_run_to_the_destination_is_refused_and_leaves_nothing(space: Keyspace) -> None:
    before = sorted(space.redis.keys())
    with pytest.raises(InvalidRequest, match=RUN_ID) as caught:
        start.start_run(settings(), space, new_run(DESTINATION))
    error = caught.value
    assert (error.code, error.status, error.field) == ("DESTINATION_BUSY", 409, "destination_url")
    assert sorted(space.redis.keys()) == before


@pytest.mark.parametrize("token", ["http://elsewhere", "destination_url", "100000000000"])
def test_whatever_is_entered_as_a_token_the_order_and_the_record_stay_readable(
    space: Keyspace, token: str
) -> None:
    with Directus("http://elsewhere", token):
        pass
    before = start.start_run(settings(), space, new_run("http://elsewhere"))
    store = RunStore(space)
    store.update(before, 1, resources=[{"name": "a", "bytes": 100000000000}])
    order = store.order(before)
    assert TokenVault(space, SECRET).reveal(order) == "secret"
    assert order.destination_url == "http://elsewhere"
    assert [run["destination_url"] for run in store.newest(2)] == ["http://elsewhere", DESTINATION]
    assert store.newest(1)[0]["totals"]["bytes"] == 100000000000


def test_a_copy_of_a_busy_project_is_called_one(space: Keyspace) -> None:
    first = start.start_run(settings(), space, new_run("http://elsewhere"))
    with pytest.raises(InvalidRequest, match="to this project, or a copy of it, is under") as copy:
        start.start_run(settings(), space, new_run("http://copy"))
    order = replace(RunStore(space).order(first), id="other")
    with pytest.raises(InvalidRequest, match="to this destination is under way") as same:
        reserve_destination(space, order)
    assert first in copy.value.message
    assert first in same.value.message


def test_a_secret_in_an_order_does_not_change_it(space: Keyspace) -> None:
    hide_own("http://elsewhere")
    run_id = start.start_run(settings(), space, new_run("http://elsewhere"))
    assert RunStore(space).order(run_id).destination_url == "http://elsewhere"


def test_a_token_does_not_show_in_a_log() -> None:
    assert "secret" not in repr(new_run(DESTINATION))
