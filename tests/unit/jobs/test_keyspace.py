"""What belongs to one source in a Redis that several share, and what an earlier version left there,
of all of them."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sidecar.config import Settings, SourceSettings
from sidecar.errors import InvalidRequest
from sidecar.jobs import start
from sidecar.jobs.finish import interrupt
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock, Holder
from sidecar.jobs.run_store import RunOrder, RunStore, now
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.start import resume_run
from sidecar.jobs.watchdog import LOST_SECONDS, Watch
from sidecar.migration.request import MigrationRequest
from tests.stack.answering import Answering

HERE, OTHER = "http://here", "http://other"
THERE = "http://there"
RUN = "6f1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10"
SECRET = "s" * 32
ORDER = RunOrder(
    RUN,
    "me",
    THERE,
    "https://cms.example.com",
    MigrationRequest(("content",), dry_run=False),
    now(),
    source_url=HERE,
    source_identity="project",
)


@pytest.fixture
def here(empty_redis: Any) -> Keyspace:
    return Keyspace.of(empty_redis, HERE)


@pytest.fixture
def other(empty_redis: Any) -> Keyspace:
    return Keyspace.of(empty_redis, OTHER)


def left_by_an_earlier_version(redis: Any, run_id: str = RUN, **state: Any) -> None:
    """A record, as the sidecar wrote it before it took down the source."""
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
        json.dumps({"at": now(), "level": "info", "stage": None, "message": "from before"}),
    )
    redis.rpush(f"migration:run:{run_id}:checksums", json.dumps({"id": "file"}))
    redis.zadd("migration:runs", {run_id: datetime.now(UTC).timestamp() - 60})
    if state.get("status") in ("queued", "running"):
        redis.sadd("migration:runs:open", run_id)


def test_one_address_has_one_keyspace_however_it_is_spelled(empty_redis: Any) -> None:
    same = ["http://Cms.Example.com:80", "http://cms.example.com/", "http://cms.example.com/admin"]
    assert len({Keyspace.of(empty_redis, url) for url in same}) == 1
    assert Keyspace.of(empty_redis, same[0]) != Keyspace.of(empty_redis, "https://cms.example.com")


def test_the_runs_of_another_source_do_not_exist(here: Keyspace, other: Keyspace) -> None:
    RunStore(here).create(ORDER)
    RunStore(here).log(RUN, "info", None, "line")
    TokenVault(here, SECRET).keep(RUN, "token")
    RunStore(here).totals.add({"rows": 5})
    assert [run["id"] for run in RunStore(here).newest(10)] == [RUN]
    assert RunStore(here).under_way() == [RUN]
    store = RunStore(other)
    assert (store.newest(10), store.under_way(), store.totals.read()) == ([], [], {})
    assert store.log_after(RUN, 0)["lines"] == []
    for ask in (store.order, store.state, store.summary, store.request_cancel):
        with pytest.raises(InvalidRequest) as caught:
            ask(RUN)
        assert (caught.value.code, caught.value.status) == ("RUN_NOT_FOUND", 404)
    assert here.queue != other.queue


def test_a_destination_that_another_source_writes_to_is_busy_until_that_run_ends(
    here: Keyspace, other: Keyspace
) -> None:
    RunStore(here).create(ORDER)
    lock = DestinationLock(here, THERE)
    assert lock.reserve(RUN, lambda holder: True) is None
    lock.keep()
    theirs = DestinationLock(other, THERE)
    assert theirs.reserve("another", lambda holder: True) == Holder(here.source, RUN)
    theirs.free(RUN)
    assert theirs.reserve("another", lambda holder: True) == Holder(here.source, RUN)
    assert theirs.reserve("another", lambda holder: False) is None


def test_what_an_earlier_version_recorded_of_this_source_is_read(
    here: Keyspace, other: Keyspace
) -> None:
    left_by_an_earlier_version(
        here.redis, source={"url": HERE, "version": "12.4.0", "vendor": "sqlite"}
    )
    RunStore(here).create(replace(ORDER, id="newer"))
    store = RunStore(here)
    assert [run["id"] for run in store.newest(10)] == ["newer", RUN]
    assert [run["id"] for run in store.newest(1)] == ["newer"]
    assert store.summary(RUN)["destination_url"] == THERE
    assert store.order(RUN) == replace(ORDER, source_url="", source_identity="")
    assert [line["message"] for line in store.log_after(RUN, 0)["lines"]] == ["from before"]
    assert store.checksums_after(RUN, 0)["total"] == 1
    assert RunStore(other).newest(10) == []
    with pytest.raises(InvalidRequest, match="no such run"):
        RunStore(other).summary(RUN)


@pytest.mark.parametrize(
    ("status", "free"), [("running", False), ("queued", False), ("completed", True)]
)
def test_a_run_of_an_earlier_version_keeps_its_destination_from_all_sources(
    here: Keyspace, other: Keyspace, status: str, free: bool
) -> None:
    left_by_an_earlier_version(here.redis, status=status, source={"url": HERE})
    lock = f"migration:destination:{hashlib.sha256(THERE.encode()).hexdigest()}"
    here.redis.set(lock, RUN)
    for space in (here, other):
        assert is_free(space) is free
        here.redis.set(lock, RUN)


def is_free(space: Keyspace) -> bool:
    try:
        start._reserve(space, replace(ORDER, id="another"))
    except InvalidRequest:
        return False
    return True


def test_of_a_run_that_never_came_to_its_source_everybody_can_read(
    here: Keyspace, other: Keyspace
) -> None:
    left_by_an_earlier_version(here.redis, status="refused", source=None)
    assert [[run["id"] for run in RunStore(space).newest(10)] for space in (here, other)] == [
        [RUN],
        [RUN],
    ]


def test_a_run_that_an_earlier_version_left_under_way_is_found_and_can_be_resumed(
    here: Keyspace,
) -> None:
    project = Answering(b'{"data": {"project_id": "project"}}')
    with project:
        space = Keyspace.of(here.redis, project.url)
        left_by_an_earlier_version(space.redis, status="running", source={"url": project.url})
        space.redis.set(
            f"migration:run:{RUN}:token", TokenVault(space, SECRET)._fernet.encrypt(b"token")
        )
        moment = 1_000.0
        watch = Watch(space, lambda: moment)
        for moment in range(1_000, 1_002 + int(LOST_SECONDS)):  # noqa: B007 (the clock reads it)
            watch.look()
        store = RunStore(space)
        assert store.state(RUN)["status"] == "interrupted"
        assert (store.under_way(), store.pending_notifications()) == ([], [(RUN, 1)])
        resume_run(
            Settings(SourceSettings(project.url, "token"), "redis://nowhere", SECRET), space, RUN
        )
    assert store.order(RUN) == replace(
        ORDER, source_url=project.url, source_identity="project:project"
    )
    assert store.under_way() == [RUN]


def test_a_run_of_an_earlier_version_whose_source_nobody_knows_is_not_resumed(
    here: Keyspace,
) -> None:
    left_by_an_earlier_version(here.redis, status="queued")
    assert interrupt(here, RUN, 1)
    with pytest.raises(InvalidRequest) as caught:
        resume_run(Settings(SourceSettings(HERE, "token"), "redis://nowhere", SECRET), here, RUN)
    assert (caught.value.code, caught.value.status) == ("SOURCE_DIFFERS", 409)
    assert "Start it again" in caught.value.message
    assert RunStore(here).state(RUN)["status"] == "interrupted"
