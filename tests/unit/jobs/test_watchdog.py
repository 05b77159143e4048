"""When a run counts as left alone, with a real Redis and a clock of our own."""

from dataclasses import replace
from typing import Any

import pytest
from redis.exceptions import RedisError
from rq.exceptions import AbandonedJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import now as rq_now

from sidecar.config import Settings, SourceSettings
from sidecar.errors import InvalidRequest
from sidecar.jobs import queue, start, unfinished_runs
from sidecar.jobs.finish import cancel, close, interrupt
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import RESERVED_SECONDS, DestinationLock, Holder
from sidecar.jobs.run_store import RunOrder, RunStore, now
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.start import resume_run
from sidecar.jobs.tasks import broke
from sidecar.jobs.unfinished_runs import BY_ITSELF, LOCK, LOCK_SECONDS, MAX_RESUMES, follow_up
from sidecar.jobs.users import Person
from sidecar.jobs.watchdog import GAP_SECONDS, LOST_SECONDS, Watch
from sidecar.migration.request import MigrationRequest
from tests.stack.answering import Answering
from tests.stack.redis_server import RedisServer

RUN_ID = "6f1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10"
SECRET = "s" * 32
ORDER = RunOrder(
    RUN_ID,
    "me",
    "http://there",
    "http://here",
    MigrationRequest(("users",), dry_run=False),
    now(),
    source_url="http://here",
    source_identity="project",
)


class Clock:
    """Stands until it is moved on."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def redis(empty_redis: Any) -> Any:
    """With one run that holds its destination and has a token; it is in no queue."""
    RunStore(here(empty_redis)).create(ORDER)
    DestinationLock(here(empty_redis), ORDER.destination_url).reserve(RUN_ID, lambda holder: True)
    TokenVault(here(empty_redis), SECRET).keep(RUN_ID, "token")
    return empty_redis


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(redis: Any, clock: Clock) -> Watch:
    return Watch(here(redis), clock)


def look_for(watch: Watch, clock: Clock, seconds: float, between: Any = lambda: None) -> None:
    """Look every second, for so many."""
    for _ in range(int(seconds) + 1):
        watch.look()
        between()
        clock.now += 1


def here(redis: Any) -> Keyspace:
    return Keyspace.of(redis, "http://here")


def status(redis: Any) -> str:
    return str(RunStore(here(redis)).state(RUN_ID)["status"])


def test_a_run_that_was_recorded_and_never_enqueued_is_found_and_its_lock_freed(
    redis: Any, watch: Watch, clock: Clock
) -> None:
    look_for(watch, clock, LOST_SECONDS)
    assert status(redis) == "queued"
    look_for(watch, clock, 1)
    assert status(redis) == "interrupted"
    assert not redis.keys("migration:destination:*")
    assert TokenVault(here(redis), SECRET).reveal(RUN_ID) == "token"


def test_a_run_that_waits_in_the_queue_is_never_left_alone(
    redis: Any, watch: Watch, clock: Clock
) -> None:
    queue.enqueue(here(redis), RUN_ID, 1)
    look_for(watch, clock, 10 * LOST_SECONDS)
    assert status(redis) == "queued"


def test_a_run_that_a_worker_took_and_never_began_is_found(
    redis: Any, watch: Watch, clock: Clock
) -> None:
    queue.enqueue(here(redis), RUN_ID, 1)
    redis.lpop(f"rq:queue:{here(redis).queue}")
    look_for(watch, clock, LOST_SECONDS + 1)
    assert status(redis) == "interrupted"


def test_a_heartbeat_keeps_a_run_and_its_absence_does_not(
    redis: Any, watch: Watch, clock: Clock
) -> None:
    queue.enqueue(here(redis), RUN_ID, 1)
    redis.lpop(f"rq:queue:{here(redis).queue}")
    job = Job.fetch(f"{RUN_ID}-1", redis, JSONSerializer)
    look_for(watch, clock, 5 * LOST_SECONDS, lambda: job.heartbeat(rq_now(), 60))
    assert status(redis) == "queued"
    look_for(watch, clock, LOST_SECONDS + 2)
    assert status(redis) == "interrupted"


def test_time_that_nobody_looked_does_not_count(redis: Any, watch: Watch, clock: Clock) -> None:
    for _ in range(5):
        look_for(watch, clock, LOST_SECONDS - 1)
        clock.now += GAP_SECONDS + 1
    assert status(redis) == "queued"


def test_time_that_redis_was_away_does_not_count(
    redis: Any, watch: Watch, clock: Clock, server: RedisServer
) -> None:
    look_for(watch, clock, LOST_SECONDS - 1)
    server.kill()
    watch.look()
    server.start()
    look_for(watch, clock, LOST_SECONDS - 1)
    assert status(redis) == "queued"


def test_a_run_that_was_to_be_cancelled_when_its_worker_died_is_cancelled(
    redis: Any, watch: Watch, clock: Clock
) -> None:
    RunStore(here(redis)).update(RUN_ID, 1, status="running")
    cancel(here(redis), RUN_ID)
    assert status(redis) == "running"
    look_for(watch, clock, LOST_SECONDS + 1)
    assert status(redis) == "cancelled"
    assert not redis.keys("migration:*:run:*:token")


def test_who_comes_second_changes_nothing(redis: Any) -> None:
    """Neither a worker that was given up and is still there, nor somebody who interrupts what is
    over."""
    assert interrupt(here(redis), RUN_ID, 1)
    assert not interrupt(here(redis), RUN_ID, 1)
    assert not close(here(redis), ORDER, 1, {"status": "completed"})
    assert not RunStore(here(redis)).update(RUN_ID, 1, status="running")
    resume_run(settings("http://nowhere"), here(redis), RUN_ID)
    assert not RunStore(here(redis)).update(RUN_ID, 1, status="running")
    assert RunStore(here(redis)).update(RUN_ID, 2, status="running")


def test_an_attempt_is_taken_up_by_one_worker_only(redis: Any) -> None:
    """Also when its job stands in the queue twice, as after an answer of Redis that was lost."""
    assert RunStore(here(redis)).begin(RUN_ID, 1)
    assert not RunStore(here(redis)).begin(RUN_ID, 1)
    interrupt(here(redis), RUN_ID, 1)
    resume_run(settings("http://nowhere"), here(redis), RUN_ID)
    assert not RunStore(here(redis)).begin(RUN_ID, 1)
    assert RunStore(here(redis)).begin(RUN_ID, 2)


def test_a_job_that_rq_holds_to_be_abandoned_is_left_to_the_watch(redis: Any) -> None:
    job = Job.create(
        "sidecar.jobs.tasks.migrate",
        (RUN_ID, 1),
        connection=redis,
        serializer=JSONSerializer,
        origin=here(redis).queue,
    )
    broke(job, redis, AbandonedJobError, AbandonedJobError(), None)
    assert status(redis) == "queued"
    broke(job, redis, ValueError, ValueError(), None)
    assert status(redis) == "interrupted"


def test_a_destination_that_is_about_to_be_resumed_is_nobody_elses(redis: Any) -> None:
    """And of who died before it came to that it is free again soon."""
    interrupt(here(redis), RUN_ID, 1)
    lock = DestinationLock(here(redis), ORDER.destination_url)
    assert lock.reserve(RUN_ID, lambda holder: False) is None
    assert lock.reserve(RUN_ID, lambda holder: False) is None
    assert lock.reserve("another", lambda holder: False) == Holder(here(redis).source, RUN_ID)
    (key,) = redis.keys("migration:destination:*")
    assert 0 < redis.pttl(key) <= RESERVED_SECONDS * 1000
    lock.keep()
    assert redis.pttl(key) == -1
    assert lock.reserve("another", lambda holder: False) is None


def test_a_run_that_cannot_be_enqueued_leaves_nothing(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise RedisError

    before = sorted(redis.keys())
    monkeypatch.setattr(start, "require_compatible", lambda *_: None)
    monkeypatch.setattr(start, "check_destination", lambda *_: None)
    monkeypatch.setattr(start, "project_of", lambda *_: "project")
    monkeypatch.setattr(queue, "enqueue", away)
    with pytest.raises(RedisError):
        start.start_run(
            settings("http://nowhere"),
            here(redis),
            person=Person("me", "Me", None),
            public_url="",
            url="http://elsewhere",
            token="secret",
            token_from=None,
            request=ORDER.request,
        )
    assert sorted(redis.keys()) == before


def test_a_resumed_run_forgets_that_it_was_to_be_cancelled_and_holds_its_destination_again(
    redis: Any,
) -> None:
    interrupt(here(redis), RUN_ID, 1)
    RunStore(here(redis)).request_cancel(RUN_ID)
    resume_run(settings("http://nowhere"), here(redis), RUN_ID)
    assert not RunStore(here(redis)).cancel_requested(RUN_ID)
    lock = DestinationLock(here(redis), ORDER.destination_url)
    assert lock.reserve("another", lambda holder: True) == Holder(here(redis).source, RUN_ID)
    assert queue.is_waiting(here(redis), RUN_ID, 2)


def test_a_run_whose_token_has_expired_cannot_be_resumed_and_says_so(redis: Any) -> None:
    interrupt(here(redis), RUN_ID, 1)
    TokenVault(here(redis), SECRET).forget(RUN_ID)
    with pytest.raises(InvalidRequest, match="enter it again") as caught:
        resume_run(settings("http://nowhere"), here(redis), RUN_ID)
    assert (caught.value.code, caught.value.status, status(redis)) == (
        "TOKEN_GONE",
        409,
        "interrupted",
    )


def test_a_run_is_resumed_by_itself_three_times_and_the_person_told_each_time(redis: Any) -> None:
    with Answering((204, {}, b"")) as source:
        for attempt in range(1, MAX_RESUMES + 2):
            assert interrupt(here(redis), RUN_ID, attempt)
            follow_up(settings(source.url, auto_resume=True), here(redis))
        assert source.received == [("POST", "/notifications?fields=id")] * (MAX_RESUMES + 1)
    assert [BY_ITSELF.encode() in body for body in source.bodies] == [True] * MAX_RESUMES + [False]
    assert status(redis) == "interrupted"
    assert RunStore(here(redis)).pending_notifications() == []


def test_a_person_is_told_when_the_source_is_there_again_and_then_once(redis: Any) -> None:
    interrupt(here(redis), RUN_ID, 1)
    follow_up(settings("http://127.0.0.1:9"), here(redis))
    with Answering((503, {}, b"{}"), (204, {}, b"")) as source:
        for _ in range(3):
            follow_up(settings(source.url), here(redis))
        assert len(source.received) == 2
    assert status(redis) == "interrupted"


def test_who_dies_while_telling_a_person_holds_up_that_run_alone_and_not_for_long(
    redis: Any,
) -> None:
    RunStore(here(redis)).create(replace(ORDER, id="another"))
    for run_id in (RUN_ID, "another"):
        interrupt(here(redis), run_id, 1)
    assert redis.lock(LOCK.format(RUN_ID), LOCK_SECONDS).acquire(blocking=False)
    with Answering((204, {}, b"")) as source:
        follow_up(settings(source.url), here(redis))
        assert RunStore(here(redis)).pending_notifications() == [(RUN_ID, 1)]
        assert 0 < redis.pttl(LOCK.format(RUN_ID)) <= 30_000
        redis.delete(LOCK.format(RUN_ID))
        follow_up(settings(source.url), here(redis))
        assert len(source.received) == 2
    assert RunStore(here(redis)).pending_notifications() == []


def test_an_end_that_comes_while_an_earlier_one_is_told_is_told_too(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resumed_and_dead_again(*_: Any) -> None:
        resume_run(settings("http://nowhere"), here(redis), RUN_ID)
        interrupt(here(redis), RUN_ID, 2)

    interrupt(here(redis), RUN_ID, 1)
    monkeypatch.setattr(unfinished_runs, "notify_user", resumed_and_dead_again)
    follow_up(settings("http://nowhere"), here(redis))
    assert RunStore(here(redis)).pending_notifications() == [(RUN_ID, 2)]


def test_of_a_run_that_was_resumed_meanwhile_nobody_is_told(redis: Any) -> None:
    interrupt(here(redis), RUN_ID, 1)
    resume_run(settings("http://nowhere"), here(redis), RUN_ID)
    follow_up(settings("http://127.0.0.1:9"), here(redis))
    assert RunStore(here(redis)).pending_notifications() == []


def settings(url: str, *, auto_resume: bool = False) -> Settings:
    return Settings(
        SourceSettings(url, "token"), "redis://nowhere", SECRET, auto_resume=auto_resume
    )
