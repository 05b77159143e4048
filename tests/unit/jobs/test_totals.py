"""The totals of all runs count each row and each run once, even if Redis fails meanwhile."""

from typing import Any

from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_order import RunOrder
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.totals import RunTally, Totals
from sidecar.migration.request import MigrationRequest
from tests.stack.redis_server import RedisServer
from tests.unit.conftest import without_redis


def test_the_numbers_of_a_run_are_counted_once(empty_redis: Any) -> None:
    totals = Totals(Keyspace.of(empty_redis, "http://source"))
    one, other = RunTally(totals), RunTally(totals)
    pace = AdaptiveLimiter()
    one.record([{"created": 3, "bytes": 10}, {"created": 1, "bytes": 0}], [pace])
    one.record([{"created": 5, "bytes": 10}, {"created": 1, "bytes": 0}], [pace])
    other.record([{"created": 2, "bytes": 1}], [])
    pace.refused(None)
    one.record([{"created": 5, "bytes": 10}, {"created": 1, "bytes": 0}], [pace])
    assert totals.read() == {"rows": 8, "bytes": 11, "throttles": 1}


def test_numbers_that_redis_did_not_take_are_counted_later(
    server: RedisServer, empty_redis: Any
) -> None:
    totals = Totals(Keyspace.of(empty_redis, "http://source"))
    tally = RunTally(totals)
    tally.record([{"created": 3, "bytes": 0}], [])
    with without_redis(server):
        tally.record([{"created": 4, "bytes": 0}], [])
    tally.record([{"created": 6, "bytes": 0}], [])
    assert totals.read() == {"rows": 6}


def test_a_run_that_ended_is_counted_once_by_its_status(empty_redis: Any) -> None:
    store = RunStore(Keyspace.of(empty_redis, "http://source"))
    store.create(
        RunOrder("run", "user", "http://there", "http://source", MigrationRequest(), "2026-01-01")
    )
    for status in ("running", "failed", "failed"):
        store.update("run", 1, status=status)
    assert store.totals.read() == {"ended:failed": 1}
