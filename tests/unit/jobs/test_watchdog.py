"""When a run counts as lost, with a real Redis and a clock that only the test moves."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import now as rq_now

from sidecar.jobs import queue
from sidecar.jobs.finish import cancel_run
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.watchdog import LOST_SECONDS, MAX_GAP_SECONDS, Watchdog
from tests.stack.redis_server import RedisServer
from tests.unit.conftest import without_redis
from tests.unit.jobs.samples import ORDER, RUN_ID, SECRET, status_of


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watchdog(space: Keyspace, clock: Clock) -> Watchdog:
    return Watchdog(space, clock)


def check_for(
    watchdog: Watchdog, clock: Clock, seconds: float, between: Callable[[], None] = lambda: None
) -> None:
    """Check every second."""
    for _ in range(int(seconds) + 1):
        watchdog.check()
        between()
        clock.now += 1


def take_job(space: Keyspace) -> Job:
    """A worker takes the job of the run from the queue."""
    space.redis.lpop(f"rq:queue:{space.queue}")
    return Job.fetch(f"{RUN_ID}-1", space.redis, JSONSerializer)


def test_a_run_that_was_never_enqueued_is_interrupted_and_its_lock_released(
    space: Keyspace, watchdog: Watchdog, clock: Clock
) -> None:
    check_for(watchdog, clock, LOST_SECONDS)
    assert status_of(space) == "queued"
    check_for(watchdog, clock, 1)
    assert status_of(space) == "interrupted"
    assert not space.redis.keys("migration:destination:*")
    assert TokenVault(space, SECRET).reveal(ORDER) == "token"


def test_a_run_that_waits_in_the_queue_is_never_interrupted(
    space: Keyspace, watchdog: Watchdog, clock: Clock
) -> None:
    queue.enqueue(space, RUN_ID, 1)
    check_for(watchdog, clock, 10 * LOST_SECONDS)
    assert status_of(space) == "queued"


def test_a_run_that_a_worker_took_but_never_began_is_interrupted(
    space: Keyspace, watchdog: Watchdog, clock: Clock
) -> None:
    queue.enqueue(space, RUN_ID, 1)
    take_job(space)
    check_for(watchdog, clock, LOST_SECONDS + 1)
    assert status_of(space) == "interrupted"


def test_a_run_lives_as_long_as_its_heartbeat(
    space: Keyspace, watchdog: Watchdog, clock: Clock
) -> None:
    queue.enqueue(space, RUN_ID, 1)
    job = take_job(space)
    check_for(watchdog, clock, 5 * LOST_SECONDS, lambda: job.heartbeat(rq_now(), 60))
    assert status_of(space) == "queued"
    check_for(watchdog, clock, LOST_SECONDS + 2)
    assert status_of(space) == "interrupted"


def test_time_without_checks_does_not_count(
    space: Keyspace, watchdog: Watchdog, clock: Clock
) -> None:
    for _ in range(5):
        check_for(watchdog, clock, LOST_SECONDS - 1)
        clock.now += MAX_GAP_SECONDS + 1
    assert status_of(space) == "queued"


def test_time_without_redis_does_not_count(
    space: Keyspace, watchdog: Watchdog, clock: Clock, server: RedisServer
) -> None:
    check_for(watchdog, clock, LOST_SECONDS - 1)
    with without_redis(server):
        watchdog.check()
    check_for(watchdog, clock, LOST_SECONDS - 1)
    assert status_of(space) == "queued"


def test_a_run_whose_worker_dies_before_it_can_cancel_is_cancelled(
    space: Keyspace, watchdog: Watchdog, clock: Clock
) -> None:
    RunStore(space).update(RUN_ID, 1, status="running")
    cancel_run(space, RUN_ID)
    assert status_of(space) == "running"
    check_for(watchdog, clock, LOST_SECONDS + 1)
    assert status_of(space) == "cancelled"
    assert not space.redis.keys("migration:*:run:*:token")


@pytest.mark.parametrize("state", ["not JSON", "[]", '{"attempt": "[token]"}'])
def test_a_broken_record_does_not_keep_the_others_from_being_checked(
    space: Keyspace, watchdog: Watchdog, clock: Clock, state: str
) -> None:
    store = RunStore(space)
    broken = [replace(ORDER, id=f"{number}{RUN_ID[1:]}") for number in (0, 9)]
    for order in broken:
        store.create(order)
        space.redis.hset(space.run_key(order.id), "state", state)
    check_for(watchdog, clock, LOST_SECONDS + 1)
    assert status_of(space) == "interrupted"


def test_a_run_whose_record_expired_is_no_longer_watched(
    space: Keyspace, watchdog: Watchdog
) -> None:
    space.redis.delete(space.run_key(RUN_ID))
    watchdog.check()
    assert RunStore(space).index.active() == []
