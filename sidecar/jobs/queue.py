"""The queue of the runs of one source, on RQ: a job is one attempt at a run. Its arguments are the
run's id and the attempt's number."""

from datetime import timedelta
from typing import Any

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from rq import Callback, Queue, Worker
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer

from sidecar.config import Settings
from sidecar.jobs.keyspace import Keyspace

MIGRATE = "sidecar.jobs.tasks.migrate"
BROKE = "sidecar.jobs.tasks.broke"
NO_TIMEOUT = -1
KEPT = int(timedelta(days=1).total_seconds())
TIMEOUT_SECONDS = 5
# What is left of the life of a worker's key: RQ gives it more than a minute with each heartbeat,
# every few seconds.
ALIVE_TTL_SECONDS = 45
# A worker asks for about ten minutes before it takes a Redis that is away for gone.
PATIENT = Retry(ExponentialBackoff(cap=2, base=0.1), 300)
# Once more on another connection, as the one at hand may have been closed.
BRIEF = Retry(ExponentialBackoff(cap=0.1, base=0.1), 1)


def connect(settings: Settings) -> Keyspace:
    """For somebody who waits in front of a page: soon an answer or a RedisError."""
    return _connect(settings)


def connect_briefly(settings: Settings) -> Keyspace:
    """For what can be tried again in a moment."""
    return _connect(
        settings,
        retry=BRIEF,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
    )


def connect_patiently(settings: Settings) -> Keyspace:
    """For what must not get lost: it waits for a Redis that is away."""
    return _connect(settings, retry=PATIENT, socket_connect_timeout=TIMEOUT_SECONDS)


def _connect(settings: Settings, **options: Any) -> Keyspace:
    redis = Redis.from_url(settings.redis_url, health_check_interval=30, **options)
    return Keyspace.of(redis, settings.source.url)


def queue_of(space: Keyspace) -> Queue:
    """The queue that web processes fill and workers work off."""
    return Queue(space.queue, connection=space.redis, serializer=JSONSerializer)


def enqueue(space: Keyspace, run_id: str, attempt: int) -> None:
    """Put a run into the queue; one that was begun goes first."""
    queue_of(space).enqueue(
        MIGRATE,
        run_id,
        attempt,
        job_id=_job_id(run_id, attempt),
        job_timeout=NO_TIMEOUT,
        result_ttl=KEPT,
        failure_ttl=KEPT,
        at_front=attempt > 1,
        on_failure=Callback(BROKE),
        on_stopped=Callback(BROKE),
        description=f"run {run_id}, attempt {attempt}",
    )


def withdraw(space: Keyspace, run_id: str, attempt: int) -> bool:
    """Take a run out of the queue; False when it is not there, as a worker has taken it or it never
    came there."""
    queue = queue_of(space)
    # Whoever removes a job from the list has it: a worker takes it away by the same single step.
    removed = bool(queue.remove(_job_id(run_id, attempt)))
    job = queue.fetch_job(_job_id(run_id, attempt)) if removed else None
    if job:
        job.delete()
    return removed


def is_waiting(space: Keyspace, run_id: str, attempt: int) -> bool:
    """Whether the run stands in the queue, where the next worker finds it."""
    return queue_of(space).get_job_position(_job_id(run_id, attempt)) is not None


def heartbeat(space: Keyspace, run_id: str, attempt: int) -> str | None:
    """The last sign of life that a worker has given of this attempt: something that is another each
    time."""
    job = queue_of(space).fetch_job(_job_id(run_id, attempt))
    return None if job is None else f"{job.get_status(refresh=False)} {job.last_heartbeat}"


def load_of(space: Keyspace) -> dict[str, int]:
    """How many jobs (runs, and portions of files) wait and are at work, and how many workers were
    heard of lately."""
    queue = queue_of(space)
    started = StartedJobRegistry(queue=queue).get_job_count(cleanup=False)
    return {"queued": queue.count, "started": started, "workers": count_workers(space)}


def count_workers(space: Keyspace) -> int:
    """How many workers that listen to the queue were heard of lately. One that died is on RQ's list
    for a while."""
    return sum(
        space.redis.ttl(key) > ALIVE_TTL_SECONDS for key in Worker.all_keys(queue=queue_of(space))
    )


def _job_id(run_id: str, attempt: int) -> str:
    return f"{run_id}-{attempt}"
