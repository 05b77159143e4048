"""The RQ queue of one source. A job is one attempt at a run; its arguments are the run's id and the
number of the attempt."""

from datetime import timedelta
from typing import Any

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from rq import Callback, Queue, Worker
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer

from sidecar.config import Settings
from sidecar.jobs.job import MIGRATE, ON_FAILURE, SidecarJob
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.redis_retry import PATIENT

NO_TIMEOUT = -1
KEPT_SECONDS = int(timedelta(days=1).total_seconds())
TIMEOUT_SECONDS = 5
# With each heartbeat, every few seconds, RQ sets the key of a worker to expire in over a minute. A
# worker whose key expires sooner than this has missed several heartbeats.
ALIVE_TTL_SECONDS = 45
# Tries again once, because Redis may have closed the existing connection.
BRIEF = Retry(ExponentialBackoff(cap=0.1, base=0.1), 1)


def connect(settings: Settings) -> Keyspace:
    """Connect for requests of users: they get an answer or a RedisError soon."""
    return _connect(settings)


def connect_briefly(settings: Settings, seconds: float = TIMEOUT_SECONDS) -> Keyspace:
    """Connect for tasks that are repeated in a moment: they fail soon."""
    return _connect(settings, retry=BRIEF, socket_timeout=seconds, socket_connect_timeout=seconds)


def connect_patiently(settings: Settings) -> Keyspace:
    """Connect for tasks that must not fail: they wait for a Redis that does not answer."""
    return _connect(settings, retry=PATIENT, socket_connect_timeout=TIMEOUT_SECONDS)


def _connect(settings: Settings, **options: Any) -> Keyspace:
    redis = Redis.from_url(settings.redis_url, health_check_interval=30, **options)
    return Keyspace.of(redis, settings.source.url)


def queue_of(space: Keyspace) -> Queue:
    """The queue of a source."""
    return Queue(
        space.queue, connection=space.redis, serializer=JSONSerializer, job_class=SidecarJob
    )


def enqueue(space: Keyspace, run_id: str, attempt: int) -> None:
    """Enqueue an attempt at a run. Later attempts go to the front of the queue."""
    queue_of(space).enqueue(
        MIGRATE,
        run_id,
        attempt,
        job_id=_job_id(run_id, attempt),
        job_timeout=NO_TIMEOUT,
        result_ttl=KEPT_SECONDS,
        failure_ttl=KEPT_SECONDS,
        at_front=attempt > 1,
        on_failure=Callback(ON_FAILURE),
        on_stopped=Callback(ON_FAILURE),
        description=f"run {run_id}, attempt {attempt}",
    )


def withdraw(space: Keyspace, run_id: str, attempt: int) -> bool:
    """Remove an attempt from the queue. Returns False if it is not in the queue, because a worker
    has taken it or it was never enqueued."""
    queue = queue_of(space)
    # Removing a job from the list is atomic. A worker takes a job in the same way, so only one of
    # the two gets it.
    removed = bool(queue.remove(_job_id(run_id, attempt)))
    job = queue.fetch_job(_job_id(run_id, attempt)) if removed else None
    if job:
        job.delete()
    return removed


def is_waiting(space: Keyspace, run_id: str, attempt: int) -> bool:
    """Whether the attempt is in the queue, and no worker has taken it."""
    return queue_of(space).get_job_position(_job_id(run_id, attempt)) is not None


def heartbeat(space: Keyspace, run_id: str, attempt: int) -> str | None:
    """The latest sign of life of the worker that executes the attempt: a text that differs each
    time, or None if RQ does not know the job."""
    job = queue_of(space).fetch_job(_job_id(run_id, attempt))
    return None if job is None else f"{job.get_status(refresh=False)} {job.last_heartbeat}"


def load_of(space: Keyspace) -> dict[str, int]:
    """The number of jobs ``queued`` and ``started`` (runs and shards of files), and of ``workers``
    that are alive."""
    queue = queue_of(space)
    started = StartedJobRegistry(queue=queue).get_job_count(cleanup=False)
    return {"queued": queue.count, "started": started, "workers": count_workers(space)}


def count_workers(space: Keyspace) -> int:
    """The number of workers that sent a heartbeat lately. RQ keeps listing a dead worker for some
    time."""
    return sum(
        space.redis.ttl(key) > ALIVE_TTL_SECONDS for key in Worker.all_keys(queue=queue_of(space))
    )


def _job_id(run_id: str, attempt: int) -> str:
    return f"{run_id}-{attempt}"
