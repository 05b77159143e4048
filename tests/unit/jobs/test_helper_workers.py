"""Other workers as helpers, with a real Redis and jobs that only the test executes."""

from dataclasses import asdict
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import SimpleWorker
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.worker_registration import register

from sidecar.jobs.helper_workers import HelperWorkers, Timing
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import queue_of
from sidecar.jobs.shard_store import ShardStore
from sidecar.migration.files.shards import File, Outcome, Shard
from sidecar.migration.report.outages import Waiting
from sidecar.migration.report.report import Level

RUN, SECRETS = "run", ["s" * 32]
# A helper without a heartbeat is lost at once, and a closing run does not wait for it.
NO_WAITING = Timing(poll=0.0, count=0.0, lost=0.0, close=0.0)
SHARD = Shard("shard", (File("file", "name", "text/plain", 1, False, {"title": None}),))
WAITING = Waiting("destination", 2, "Destination not responding")
OUTCOME = Outcome("file", "created", 1, "digest")


class Silent:
    """A watcher that only keeps the log."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, level: Level, stage: str | None, message: str) -> None:
        self.lines.append(message)

    def changed(self, report: Any) -> None: ...
    def transferred(self, file: Any) -> None: ...
    def cancel_requested(self) -> bool:
        return False


@pytest.fixture
def redis(empty_redis: Any) -> Any:
    """A Redis with two registered workers: the worker of the run and another one."""
    queue = queue_of(space_of(empty_redis))
    for name in ("own", "other"):
        register(
            SimpleWorker([queue], name=name, connection=empty_redis, serializer=JSONSerializer)
        )
    return empty_redis


def space_of(redis: Any) -> Keyspace:
    return Keyspace.of(redis, "http://source")


def unreachable() -> Redis:
    """A Redis that does not answer, and that nobody tries to reach twice."""
    return Redis(port=1, retry=Retry(NoBackoff(), 0))


def test_a_worker_without_others_offers_nothing(redis: Any) -> None:
    redis.flushall()
    assert not HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS).offer(SHARD)
    assert redis.keys("*") == []


def test_a_shard_that_no_helper_took_is_taken_back_and_leaves_nothing(redis: Any) -> None:
    others = HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS)
    assert others.offer(SHARD)
    assert others.take_back(SHARD)
    assert (
        queue_of(space_of(redis)).job_ids,
        redis.keys("rq:job:*"),
        redis.keys("migration:*"),
    ) == (
        [],
        [],
        [],
    )


def test_a_shard_stands_before_the_waiting_runs(redis: Any) -> None:
    queue_of(space_of(redis)).enqueue("sidecar.jobs.tasks.migrate", "another", job_id="another")
    HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS).offer(SHARD)
    assert queue_of(space_of(redis)).job_ids == [SHARD.id, "another"]


def test_outcomes_of_a_helper_are_returned_once_and_its_files_are_logged_at_the_end(
    redis: Any,
) -> None:
    watcher = Silent()
    others = HelperWorkers(space_of(redis), RUN, 1, watcher, SECRETS)
    others.offer(SHARD)
    worker = take(redis)
    assert not others.take_back(SHARD)
    assert list(others.finished(0)) == []
    finish(worker, redis, {"outcomes": [asdict(OUTCOME)]})
    assert list(others.finished(0)) == [(SHARD, [OUTCOME])]
    assert list(others.finished(0)) == []
    others.close()
    assert watcher.lines == ["Worker other transferred 1 file"]
    assert redis.keys("migration:*") == []


def test_what_helpers_wait_for_is_known_until_their_shards_end(redis: Any) -> None:
    others = HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS, Timing(outages=-1.0))
    others.offer(SHARD)
    assert others.waiting() == []
    ShardStore(space_of(redis), SECRETS, RUN, 1).put_waiting(SHARD.id, [WAITING])
    assert others.waiting() == [WAITING]
    worker = take(redis)
    others.take_back(SHARD)
    assert others.waiting() == [WAITING]
    finish(worker, redis, {"outcomes": [asdict(OUTCOME)]})
    list(others.finished(0))
    assert others.waiting() == []
    assert redis.keys("migration:*") == []


def test_without_redis_helpers_wait_for_what_they_did_before(redis: Any) -> None:
    others = HelperWorkers(space_of(unreachable()), RUN, 1, Silent(), SECRETS, Timing(outages=-1.0))
    others._offered.add(SHARD.id)
    assert others.waiting() == []


def test_a_shard_whose_job_failed_is_returned_without_outcomes(redis: Any) -> None:
    others = HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS)
    others.offer(SHARD)
    take(redis)
    others.take_back(SHARD)
    Job.fetch(SHARD.id, connection=redis, serializer=JSONSerializer).set_status(JobStatus.FAILED)
    assert list(others.finished(0)) == [(SHARD, None)]


def test_a_helper_without_heartbeats_is_lost(redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    others = HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS)
    others.offer(SHARD)
    take(redis)
    others.take_back(SHARD)
    assert list(others.finished(0)) == []
    monkeypatch.setattr(others, "_timing", NO_WAITING)
    assert list(others.finished(0)) == [(SHARD, None)]


def test_a_helper_that_does_not_stop_does_not_delay_the_end_of_a_run(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS)
    others.offer(SHARD)
    take(redis)
    others.take_back(SHARD)
    monkeypatch.setattr(others, "_timing", Timing(close=0.1))
    others.close()
    assert not others.busy
    assert not others._shards.is_wanted(SHARD.id)


def test_a_redis_that_fails_after_the_answer_loses_no_outcome(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS)
    others.offer(SHARD)
    worker = take(redis)
    others.take_back(SHARD)
    finish(worker, redis, {"outcomes": [asdict(OUTCOME)]})
    monkeypatch.setattr(others._shards, "_redis", unreachable())
    assert list(others.finished(0)) == [(SHARD, [OUTCOME])]
    assert not others.busy


def test_without_redis_the_worker_of_the_run_transfers_the_files(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS)
    others.offer(SHARD)
    take(redis)
    others.take_back(SHARD)
    nowhere = space_of(unreachable())
    monkeypatch.setattr(others, "_timing", NO_WAITING)
    monkeypatch.setattr(others, "_redis", nowhere.redis)
    assert list(others.finished(0)) == [(SHARD, None)]
    away = HelperWorkers(nowhere, RUN, 1, Silent(), SECRETS)
    assert not away.offer(SHARD)
    away.close()


def test_a_shard_that_cannot_be_taken_back_is_taken_back_once_redis_answers(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a helper could begin it after the worker of the run has transferred it."""
    others = HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS)
    others.offer(SHARD)
    with monkeypatch.context() as away:
        away.setattr(others, "_queue", queue_of(space_of(unreachable())))
        assert not others.take_back(SHARD)
    assert list(others.finished(0)) == [(SHARD, None)]
    assert (
        queue_of(space_of(redis)).job_ids,
        redis.keys("rq:job:*"),
        redis.keys("migration:*"),
    ) == (
        [],
        [],
        [],
    )


def test_an_offer_whose_answer_is_lost_counts(redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    others = HelperWorkers(space_of(redis), RUN, 1, Silent(), SECRETS)
    with monkeypatch.context() as away:
        away.setattr(others, "_queue", queue_of(space_of(unreachable())))
        away.setattr(others, "_other_workers_exist", lambda: True)
        assert others.offer(SHARD)
    assert not others.take_back(SHARD)
    assert list(others.finished(0)) == [(SHARD, None)]
    assert redis.keys("migration:*") == []


def take(redis: Any) -> SimpleWorker:
    """Let the other worker take and begin the first job."""
    worker = SimpleWorker(
        [queue_of(space_of(redis))], name="other", connection=redis, serializer=JSONSerializer
    )
    dequeued = worker.dequeue_job_and_maintain_ttl(None)
    assert dequeued
    job, _ = dequeued
    worker.execution = worker.prepare_execution(job)
    worker.prepare_job_execution(job, remove_from_intermediate_queue=True)
    return worker


def finish(worker: SimpleWorker, redis: Any, answer: Any) -> None:
    """Let the worker end its job with ``answer``."""
    job = Job.fetch(SHARD.id, connection=redis, serializer=JSONSerializer)
    job._result = answer
    job.ended_at = job.started_at
    queue = queue_of(space_of(redis))
    assert worker.execution
    worker.handle_job_success(
        job=job,
        queue=queue,
        started_job_registry=queue.started_job_registry,
        execution=worker.execution,
    )
