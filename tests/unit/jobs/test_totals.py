"""The totals of all runs: each row is counted once, also when Redis was away meanwhile, and each
run once."""

from typing import Any

from sidecar.directus.pace import AdaptiveLimiter
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import RunOrder, RunStore
from sidecar.jobs.totals import RunTally, Totals
from sidecar.migration.request import MigrationRequest
from tests.stack.redis_server import RedisServer


def test_what_a_run_has_come_to_is_counted_once(empty_redis: Any) -> None:
    totals = Totals(Keyspace.of(empty_redis, "http://here"))
    one, other = RunTally(totals), RunTally(totals)
    pace = AdaptiveLimiter()
    one.tell([{"created": 3, "bytes": 10}, {"created": 1, "bytes": 0}], [pace])
    one.tell([{"created": 5, "bytes": 10}, {"created": 1, "bytes": 0}], [pace])
    other.tell([{"created": 2, "bytes": 1}], [])
    pace.refused(None)
    one.tell([{"created": 5, "bytes": 10}, {"created": 1, "bytes": 0}], [pace])
    assert totals.read() == {"rows": 8, "bytes": 11, "throttles": 1}


def test_what_redis_did_not_take_is_counted_when_it_is_back(
    server: RedisServer, empty_redis: Any
) -> None:
    totals = Totals(Keyspace.of(empty_redis, "http://here"))
    tally = RunTally(totals)
    tally.tell([{"created": 3, "bytes": 0}], [])
    server.kill()
    tally.tell([{"created": 4, "bytes": 0}], [])
    server.start()
    tally.tell([{"created": 6, "bytes": 0}], [])
    assert totals.read() == {"rows": 6}


def test_a_run_that_ended_is_counted_by_how_and_once(empty_redis: Any) -> None:
    store = RunStore(Keyspace.of(empty_redis, "http://here"))
    store.create(
        RunOrder("run", "user", "http://there", "http://here", MigrationRequest(), "2026-01-01")
    )
    for status in ("running", "failed", "failed"):
        store.update("run", 1, status=status)
    assert store.totals.read() == {"ended:failed": 1}
