"""Other workers as helpers, with a real Redis and jobs that nobody but the test works off."""

from dataclasses import asdict
from typing import Any

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.worker_registration import register

from sidecar.jobs import helper_workers
from sidecar.jobs.helper_workers import OtherWorkers
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import queue_of
from sidecar.migration.files.shards import File, Outcome, Shard
from sidecar.migration.report.report import Level

RUN = "run"
SHARD = Shard("shard", (File("file", "name", "text/plain", 1, False, {"title": None}),))
OUTCOME = Outcome("file", "created", 1, "digest")


class Silent:
    """A watcher of whom only the log matters."""

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
    """Where two workers are registered: the run's own, and another one."""
    queue = queue_of(here(empty_redis))
    for name in ("own", "other"):
        register(
            SimpleWorker([queue], name=name, connection=empty_redis, serializer=JSONSerializer)
        )
    return empty_redis


def here(redis: Any) -> Keyspace:
    return Keyspace.of(redis, "http://here")


def test_alone_nothing_is_offered(redis: Any) -> None:
    redis.flushall()
    assert not OtherWorkers(here(redis), RUN, 1, Silent()).offer(SHARD)
    assert redis.keys("*") == []


def test_what_nobody_took_is_taken_back_and_leaves_nothing(redis: Any) -> None:
    others = OtherWorkers(here(redis), RUN, 1, Silent())
    assert others.offer(SHARD)
    assert others.take_back(SHARD)
    assert (queue_of(here(redis)).job_ids, redis.keys("rq:job:*"), redis.keys("migration:*")) == (
        [],
        [],
        [],
    )


def test_it_stands_before_the_runs_that_wait(redis: Any) -> None:
    queue_of(here(redis)).enqueue("sidecar.jobs.tasks.migrate", "another", job_id="another")
    OtherWorkers(here(redis), RUN, 1, Silent()).offer(SHARD)
    assert queue_of(here(redis)).job_ids == [SHARD.id, "another"]


def test_what_a_helper_did_is_told_once_and_said_at_the_end(redis: Any) -> None:
    watcher = Silent()
    others = OtherWorkers(here(redis), RUN, 1, watcher)
    others.offer(SHARD)
    worker = take(redis)
    assert not others.take_back(SHARD)
    assert list(others.finished(0)) == []
    finish(worker, redis, {"outcomes": [asdict(OUTCOME)]})
    assert list(others.finished(0)) == [(SHARD, [OUTCOME])]
    assert list(others.finished(0)) == []
    others.close()
    assert watcher.lines == ["The worker other transferred 1 files of this run"]
    assert redis.keys("migration:*") == []


def test_a_shard_whose_job_failed_is_to_be_done_again(redis: Any) -> None:
    others = OtherWorkers(here(redis), RUN, 1, Silent())
    others.offer(SHARD)
    take(redis)
    others.take_back(SHARD)
    Job.fetch(SHARD.id, connection=redis, serializer=JSONSerializer).set_status(JobStatus.FAILED)
    assert list(others.finished(0)) == [(SHARD, None)]


def test_a_helper_that_is_not_heard_of_any_more_is_lost(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = OtherWorkers(here(redis), RUN, 1, Silent())
    others.offer(SHARD)
    take(redis)
    others.take_back(SHARD)
    assert list(others.finished(0)) == []
    monkeypatch.setattr(helper_workers, "LOST_SECONDS", 0.0)
    assert list(others.finished(0)) == [(SHARD, None)]


def test_a_helper_that_does_not_stop_does_not_hold_up_a_run_that_does(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = OtherWorkers(here(redis), RUN, 1, Silent())
    others.offer(SHARD)
    take(redis)
    others.take_back(SHARD)
    monkeypatch.setattr(helper_workers, "CLOSE_SECONDS", 0.3)
    others.close()
    assert not others.busy
    assert not others._box.wants(SHARD.id)


def test_a_redis_that_goes_away_right_after_loses_no_outcome(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = OtherWorkers(here(redis), RUN, 1, Silent())
    others.offer(SHARD)
    worker = take(redis)
    others.take_back(SHARD)
    finish(worker, redis, {"outcomes": [asdict(OUTCOME)]})
    monkeypatch.setattr(others._box, "_redis", Redis(port=1))
    assert list(others.finished(0)) == [(SHARD, [OUTCOME])]
    assert not others.busy


def test_without_redis_it_is_done_here(redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    others = OtherWorkers(here(redis), RUN, 1, Silent())
    others.offer(SHARD)
    take(redis)
    others.take_back(SHARD)
    nowhere = here(Redis(port=1))
    monkeypatch.setattr(helper_workers, "LOST_SECONDS", 0.0)
    monkeypatch.setattr(others, "_redis", nowhere.redis)
    assert list(others.finished(0)) == [(SHARD, None)]
    away = OtherWorkers(nowhere, RUN, 1, Silent())
    assert not away.offer(SHARD)
    away.close()


def test_what_cannot_be_taken_back_while_redis_is_away_is_as_soon_as_it_is_there(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a helper might begin with it, while it was done here long since."""
    others = OtherWorkers(here(redis), RUN, 1, Silent())
    others.offer(SHARD)
    with monkeypatch.context() as away:
        away.setattr(others, "_queue", queue_of(here(Redis(port=1))))
        assert not others.take_back(SHARD)
    assert list(others.finished(0)) == [(SHARD, None)]
    assert (queue_of(here(redis)).job_ids, redis.keys("rq:job:*"), redis.keys("migration:*")) == (
        [],
        [],
        [],
    )


def test_an_offer_that_may_have_been_heard_counts(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = OtherWorkers(here(redis), RUN, 1, Silent())
    with monkeypatch.context() as away:
        away.setattr(others, "_queue", queue_of(here(Redis(port=1))))
        away.setattr(others, "_are_there", lambda: True)
        assert others.offer(SHARD)
    assert not others.take_back(SHARD)
    assert list(others.finished(0)) == [(SHARD, None)]
    assert redis.keys("migration:*") == []


def take(redis: Any) -> SimpleWorker:
    """The other worker takes the first job and begins it."""
    worker = SimpleWorker(
        [queue_of(here(redis))], name="other", connection=redis, serializer=JSONSerializer
    )
    found = worker.dequeue_job_and_maintain_ttl(None)
    assert found
    worker.execution = worker.prepare_execution(found[0])
    worker.prepare_job_execution(found[0], remove_from_intermediate_queue=True)
    return worker


def finish(worker: SimpleWorker, redis: Any, answer: Any) -> None:
    """It is through with it."""
    job = Job.fetch(SHARD.id, connection=redis, serializer=JSONSerializer)
    job._result = answer
    job.ended_at = job.started_at
    queue = queue_of(here(redis))
    assert worker.execution
    worker.handle_job_success(
        job=job,
        queue=queue,
        started_job_registry=queue.started_job_registry,
        execution=worker.execution,
    )
