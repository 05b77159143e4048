"""The state of a run changes in one transaction, or not at all."""

from dataclasses import replace

import pytest
from redis.client import Pipeline

from sidecar.errors import InvalidRequest
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_state import State
from sidecar.jobs.run_store import RunStore
from tests.unit.jobs.samples import ORDER, RUN_ID, status_of


def test_a_change_and_its_commands_happen_together(space: Keyspace) -> None:
    def add_commands(pipe: "Pipeline") -> None:
        pipe.set("beside", "1")

    assert RunStore(space).change(RUN_ID, lambda _: {"status": "running"}, add_commands)
    assert (status_of(space), space.redis.get("beside")) == ("running", b"1")


def test_a_change_that_is_declined_changes_nothing(space: Keyspace) -> None:
    def add_commands(pipe: "Pipeline") -> None:
        pipe.set("beside", "1")

    assert not RunStore(space).change(RUN_ID, lambda _: None, add_commands)
    assert (status_of(space), space.redis.get("beside")) == ("queued", None)


def test_a_concurrent_change_is_seen(space: Keyspace) -> None:
    """Redis then lets the transaction begin again."""
    store = RunStore(space)
    seen: list[str | None] = []

    def decide(state: State) -> State:
        if not seen:
            store.update(RUN_ID, 1, message="concurrent")
        seen.append(state.get("message"))
        return {"status": "running"}

    assert store.change(RUN_ID, decide)
    assert seen == [None, "concurrent"]
    assert store.state(RUN_ID)["message"] == "concurrent"


def test_only_the_current_attempt_of_an_active_run_is_updated(space: Keyspace) -> None:
    store = RunStore(space)
    assert not store.update(RUN_ID, 2, status="running")
    assert store.update(RUN_ID, 1)
    assert store.update(RUN_ID, 1, status="completed")
    assert not store.update(RUN_ID, 1, status="running")


def test_a_cancel_is_requested_and_withdrawn(space: Keyspace) -> None:
    store = RunStore(space)
    store.request_cancel(RUN_ID)
    assert store.cancel_requested(RUN_ID)
    with space.redis.pipeline() as pipe:
        store.withdraw_cancel(pipe, RUN_ID)
        pipe.execute()
    assert not store.cancel_requested(RUN_ID)


def test_a_discarded_run_does_not_exist(space: Keyspace) -> None:
    store = RunStore(space)
    store.discard(RUN_ID)
    assert (store.newest(10), store.index.active()) == ([], [])
    for read in (store.order, store.state, store.summary, store.request_cancel):
        with pytest.raises(InvalidRequest) as caught:
            read(RUN_ID)
        assert (caught.value.code, caught.value.status) == ("RUN_NOT_FOUND", 404)


@pytest.mark.parametrize(
    "order", ["not JSON", '{"[token]": "http://elsewhere"}', "[]", '{"request": {"batch_size": 1}}']
)
def test_a_broken_order_takes_the_history_from_nobody(space: Keyspace, order: str) -> None:
    store = RunStore(space)
    store.create(replace(ORDER, id="broken"))
    space.redis.hset(space.run_key("broken"), "order", order)
    assert [run["id"] for run in store.newest(10)] == [RUN_ID]
    assert store.count_active(ORDER.user) == 1


def test_a_summary_is_the_order_and_the_state_in_one(space: Keyspace) -> None:
    summary = RunStore(space).summary(RUN_ID)
    assert (summary["id"], summary["status"], summary["user"]) == (RUN_ID, "queued", ORDER.user)
    assert (summary["options"], summary["dry_run"]) == (("users",), False)
    assert "request" not in summary
