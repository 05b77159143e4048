"""Sources share a Redis without seeing each other_space's runs, and read the records of an earlier
version."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sidecar.errors import InvalidRequest
from sidecar.jobs.finish import interrupt_run
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock, LockOwner
from sidecar.jobs.resume import resume_run
from sidecar.jobs.run_order import utc_now
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.start import reserve_destination
from sidecar.jobs.watchdog import LOST_SECONDS, Watchdog
from tests.unit.jobs.samples import DESTINATION, ORDER, RUN_ID, SECRET, SOURCE, settings

OTHER_SOURCE = "http://other_space"


@pytest.fixture
def space(empty_redis: Any) -> Keyspace:
    return Keyspace.of(empty_redis, SOURCE)


@pytest.fixture
def other_space(empty_redis: Any) -> Keyspace:
    return Keyspace.of(empty_redis, OTHER_SOURCE)


def store_legacy_run(redis: Any, run_id: str = RUN_ID, **state: Any) -> None:
    """A record as the sidecar wrote it before it recorded the source."""
    order = asdict(replace(ORDER, id=run_id))
    del order["source_url"], order["source_identity"]
    redis.hset(
        f"migration:run:{run_id}",
        mapping={
            "order": json.dumps(order),
            "state": json.dumps({"status": "completed", "attempt": 1, "stages": [], **state}),
        },
    )
    redis.rpush(
        f"migration:run:{run_id}:log",
        json.dumps({"at": utc_now(), "level": "info", "stage": None, "message": "from before"}),
    )
    redis.rpush(f"migration:run:{run_id}:checksums", json.dumps({"id": "file"}))
    redis.zadd("migration:runs", {run_id: datetime.now(UTC).timestamp() - 60})
    if state.get("status") in ("queued", "running"):
        redis.sadd("migration:runs:open", run_id)


def test_all_spellings_of_an_address_share_one_keyspace(empty_redis: Any) -> None:
    same = ["http://Cms.Example.com:80", "http://cms.example.com/", "http://cms.example.com/admin"]
    assert len({Keyspace.of(empty_redis, url) for url in same}) == 1
    assert Keyspace.of(empty_redis, same[0]) != Keyspace.of(empty_redis, "https://cms.example.com")


def test_a_source_does_not_see_the_runs_of_another_one(
    space: Keyspace, other_space: Keyspace
) -> None:
    RunStore(space).create(ORDER)
    RunStore(space).log.add_line(RUN_ID, "info", None, "line")
    TokenVault(space, SECRET).keep(ORDER, "token")
    RunStore(space).totals.add({"rows": 5})
    assert [run["id"] for run in RunStore(space).newest(10)] == [RUN_ID]
    assert RunStore(space).index.active() == [RUN_ID]
    store = RunStore(other_space)
    assert (store.newest(10), store.index.active(), store.totals.read()) == ([], [], {})
    assert store.log.lines_after(RUN_ID, 0)["lines"] == []
    for ask in (store.order, store.state, store.summary, store.request_cancel):
        with pytest.raises(InvalidRequest) as caught:
            ask(RUN_ID)
        assert (caught.value.code, caught.value.status) == ("RUN_NOT_FOUND", 404)
    assert space.queue != other_space.queue


def test_a_destination_is_busy_while_another_source_writes_to_it(
    space: Keyspace, other_space: Keyspace
) -> None:
    RunStore(space).create(ORDER)
    lock = DestinationLock(space, DESTINATION)
    assert lock.reserve(RUN_ID, lambda owner: True) is None
    lock.persist()
    theirs = DestinationLock(other_space, DESTINATION)
    assert theirs.reserve("another", lambda owner: True) == LockOwner(space.source, RUN_ID)
    theirs.release(RUN_ID)
    assert theirs.reserve("another", lambda owner: True) == LockOwner(space.source, RUN_ID)
    assert theirs.reserve("another", lambda owner: False) is None


def test_the_legacy_runs_of_this_source_are_read(space: Keyspace, other_space: Keyspace) -> None:
    store_legacy_run(space.redis, source={"url": SOURCE, "version": "12.4.0", "vendor": "sqlite"})
    RunStore(space).create(replace(ORDER, id="newer"))
    store = RunStore(space)
    assert [run["id"] for run in store.newest(10)] == ["newer", RUN_ID]
    assert [run["id"] for run in store.newest(1)] == ["newer"]
    assert store.summary(RUN_ID)["destination_url"] == DESTINATION
    assert store.order(RUN_ID) == replace(ORDER, source_url="", source_identity="")
    assert [line["message"] for line in store.log.lines_after(RUN_ID, 0)["lines"]] == [
        "from before"
    ]
    assert store.log.checksums_after(RUN_ID, 0)["total"] == 1
    assert RunStore(other_space).newest(10) == []
    with pytest.raises(InvalidRequest, match="no such run"):
        RunStore(other_space).summary(RUN_ID)


@pytest.mark.parametrize(
    ("status", "free"), [("running", False), ("queued", False), ("completed", True)]
)
def test_a_legacy_run_blocks_its_destination_for_all_sources(
    space: Keyspace, other_space: Keyspace, status: str, free: bool
) -> None:
    store_legacy_run(space.redis, status=status, source={"url": SOURCE})
    lock = f"migration:destination:{hashlib.sha256(DESTINATION.encode()).hexdigest()}"
    space.redis.set(lock, RUN_ID)
    for either in (space, other_space):
        assert is_free(either) is free
        space.redis.set(lock, RUN_ID)


def is_free(space: Keyspace) -> bool:
    try:
        reserve_destination(space, replace(ORDER, id="another"))
    except InvalidRequest:
        return False
    return True


def test_all_sources_see_a_legacy_run_that_never_reached_its_source(
    space: Keyspace, other_space: Keyspace
) -> None:
    store_legacy_run(space.redis, status="refused", source=None)
    assert [
        [run["id"] for run in RunStore(either).newest(10)] for either in (space, other_space)
    ] == [
        [RUN_ID],
        [RUN_ID],
    ]


def test_an_active_legacy_run_is_interrupted_and_has_to_be_started_again(space: Keyspace) -> None:
    """Its token was not sealed with its order."""
    store_legacy_run(space.redis, status="running", source={"url": SOURCE})
    moment = 1_000.0
    watchdog = Watchdog(space, lambda: moment)
    for moment in range(1_000, 1_002 + int(LOST_SECONDS)):  # noqa: B007 (the clock reads it)
        watchdog.check()
    store = RunStore(space)
    assert store.state(RUN_ID)["status"] == "interrupted"
    assert (store.index.active(), store.index.pending_notifications()) == ([], [(RUN_ID, 1)])
    with pytest.raises(InvalidRequest, match="Start it again"):
        resume_run(settings(), space, RUN_ID)


def test_a_legacy_run_without_a_source_cannot_be_resumed(
    space: Keyspace,
) -> None:
    store_legacy_run(space.redis, status="queued")
    assert interrupt_run(space, RUN_ID, 1)
    with pytest.raises(InvalidRequest) as caught:
        resume_run(settings(), space, RUN_ID)
    assert (caught.value.code, caught.value.status) == ("SOURCE_DIFFERS", 409)
    assert "Start it again" in caught.value.message
    assert RunStore(space).state(RUN_ID)["status"] == "interrupted"
