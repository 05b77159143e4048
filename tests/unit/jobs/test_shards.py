"""The job of a helper: it transfers a shard for as long as the run wants it."""

import uuid
from contextlib import nullcontext
from dataclasses import asdict, replace
from typing import Any

import orjson
import pytest

from sidecar.directus.availability import Availability, Outage
from sidecar.directus.client import Directus
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.errors import InvalidRequest
from sidecar.jobs import shards, shutdown
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.shard_store import ShardStore
from sidecar.jobs.shards import transfer
from sidecar.migration.files.shards import File, Outcome, Shard
from tests.unit.jobs.samples import ORDER, RUN_ID, SECRET, settings

FILE = File(str(uuid.uuid4()), "name", "text/plain", 1, False, {"title": None})
SHARD = Shard("shard", (FILE,))
OUTCOME = Outcome(FILE.id, "created", 1, "digest")
UNWANTED = {"outcomes": None}


def store_of(
    space: Keyspace, secret: str = SECRET, run: str = RUN_ID, attempt: int = 1
) -> ShardStore:
    return ShardStore(space, [secret], run, attempt)


class FakeInstance:
    """A client of either side, of which only the limiter is used."""

    limiter = AdaptiveLimiter()
    availability = Availability()


class FakeSender:
    """Transfers every file at once, if it is still wanted."""

    def __init__(self, check_wanted: Any) -> None:
        self._check_wanted = check_wanted

    def send(self, unit: Any) -> list[Outcome]:
        self._check_wanted()
        return [OUTCOME for _ in unit]

    def finish(self, sent: Any) -> list[Outcome]:
        return []


@pytest.fixture(autouse=True)
def _job(space: Keyspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard of the run; settings and Redis are those of the test, and no Directus is asked."""
    store_of(space).put(SHARD)
    monkeypatch.setattr(shards, "read_settings", lambda _: settings())
    monkeypatch.setattr(shards, "connect_patiently", lambda _: space)
    monkeypatch.setattr(shards, "connect_briefly", lambda _: space)
    monkeypatch.setattr(shards, "ASK_SECONDS", -1.0)


@pytest.fixture
def _connected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides answer, and files are transferred."""

    monkeypatch.setattr(shards, "_connect", lambda *_: (FakeInstance(), FakeInstance()))
    monkeypatch.setattr(shards, "interruptible", lambda *_: nullcontext())
    monkeypatch.setattr(shards, "sender_between", lambda *_, cancel, **__: FakeSender(cancel.check))


@pytest.mark.usefixtures("_connected")
def test_an_outage_is_told_to_the_worker_of_the_run(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, destination = Directus("http://source", "t"), Directus("http://destination", "t")
    monkeypatch.setattr(shards, "_connect", lambda *_: (source, destination))
    told = []

    def send(sender: FakeSender, unit: Any) -> list[Outcome]:
        for is_over in (False, True):
            destination.availability._listener(Outage(2, 1.0, is_over=is_over))
            told.append([one.side for one in store_of(space).waiting([SHARD.id])])
        return [OUTCOME]

    monkeypatch.setattr(FakeSender, "send", send)
    assert transfer(RUN_ID, 1, SHARD.id) == {"outcomes": [asdict(OUTCOME)]}
    assert told == [["destination"], []]


@pytest.mark.usefixtures("_connected")
def test_a_wanted_shard_is_transferred() -> None:
    assert transfer(RUN_ID, 1, SHARD.id) == {"outcomes": [asdict(OUTCOME)]}


def test_a_shard_that_was_taken_back_is_not_begun(space: Keyspace) -> None:
    store_of(space).remove(SHARD.id)
    assert transfer(RUN_ID, 1, SHARD.id) == UNWANTED


def test_a_shard_of_another_attempt_is_not_begun() -> None:
    assert transfer(RUN_ID, 2, SHARD.id) == UNWANTED


@pytest.mark.usefixtures("_connected")
@pytest.mark.parametrize(
    "sealed_for",
    [
        {"secret": "o" * 32},
        {"run": "00000000-7f4b-4a55-b5a3-0c5f3c1b7a10"},
        {"attempt": 2},
        {"shard": "another"},
        None,
    ],
    ids=str,
)
def test_only_what_the_run_itself_has_offered_is_transferred(
    space: Keyspace, sealed_for: dict[str, Any] | None
) -> None:
    """Somebody who can write to Redis has files of theirs transferred with the run's tokens."""
    (key,) = space.redis.keys("*:shard:*")
    if sealed_for is None:
        space.redis.set(key, orjson.dumps(SHARD.document()))
    else:
        shard = replace(SHARD, id=sealed_for.pop("shard", SHARD.id))
        theirs = store_of(space, **sealed_for)
        theirs.put(shard)
        copied = space.redis.get(theirs._key(shard.id))
        assert copied
        space.redis.set(key, copied)
    assert transfer(RUN_ID, 1, SHARD.id) == UNWANTED


@pytest.mark.usefixtures("_connected")
@pytest.mark.parametrize(
    "file", ["../users?export=json", "7", "{6f1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10}"]
)
def test_a_shard_with_a_file_whose_id_is_no_uuid_is_not_begun(space: Keyspace, file: str) -> None:
    store_of(space).put(Shard(SHARD.id, (replace(FILE, id=file),)))
    assert transfer(RUN_ID, 1, SHARD.id) == UNWANTED


def test_what_lies_in_redis_shows_no_file(space: Keyspace) -> None:
    (key,) = space.redis.keys("*:shard:*")
    assert FILE.id not in str(space.redis.get(key))


def test_a_shard_of_a_run_that_has_ended_is_not_begun(space: Keyspace) -> None:
    RunStore(space).update(RUN_ID, 1, status="failed")
    assert transfer(RUN_ID, 1, SHARD.id) == UNWANTED


@pytest.mark.usefixtures("_connected")
@pytest.mark.parametrize("reason", ["removed", "cancelled", "ended"])
def test_a_transfer_stops_once_the_shard_is_no_longer_wanted(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    def send(sender: FakeSender, unit: Any) -> list[Outcome]:
        if reason == "removed":
            store_of(space).remove(SHARD.id)
        elif reason == "cancelled":
            RunStore(space).request_cancel(RUN_ID)
        else:
            RunStore(space).update(RUN_ID, 1, status="failed")
        sender._check_wanted()
        raise AssertionError("went on")

    monkeypatch.setattr(FakeSender, "send", send)
    assert transfer(RUN_ID, 1, SHARD.id) == UNWANTED


@pytest.mark.usefixtures("_connected")
def test_a_transfer_stops_with_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutdown, "_requested", True)
    assert transfer(RUN_ID, 1, SHARD.id) == UNWANTED


def test_a_shard_that_is_no_longer_wanted_stays_so_without_another_question() -> None:
    answers = iter([True, False])
    is_unwanted = shards._Unwanted(lambda: next(answers))
    assert [is_unwanted() for _ in range(4)] == [False, True, True, True]


def test_a_shard_of_another_source_is_refused(space: Keyspace) -> None:
    RunStore(space).create(replace(ORDER, source_url="http://elsewhere"))
    with pytest.raises(InvalidRequest) as caught:
        transfer(RUN_ID, 1, SHARD.id)
    assert caught.value.code == "SOURCE_DIFFERS"
