"""The queue of runs, on RQ: a job's only argument is the id of its run."""

from datetime import timedelta

from redis import Redis
from rq import Callback, Queue, Worker
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from sidecar.config import Settings

NAME = "migration"
MIGRATE = "sidecar.jobs.tasks.migrate"
BROKE = "sidecar.jobs.tasks.broke"
NO_TIMEOUT = -1
KEPT = int(timedelta(days=1).total_seconds())
UNDER_WAY = frozenset({JobStatus.CREATED, JobStatus.QUEUED, JobStatus.STARTED, JobStatus.DEFERRED, JobStatus.SCHEDULED})


def connect(settings: Settings) -> "Redis":
    return Redis.from_url(settings.redis_url, health_check_interval=30)


def queue_of(redis: "Redis") -> Queue:
    """The queue that web processes fill and workers work off."""
    return Queue(NAME, connection=redis, serializer=JSONSerializer)


def enqueue(redis: "Redis", run_id: str) -> None:
    """Put a run at the end of the queue."""
    queue_of(redis).enqueue(MIGRATE, run_id, job_id=run_id, job_timeout=NO_TIMEOUT, result_ttl=KEPT, failure_ttl=KEPT,
                          on_failure=Callback(BROKE), on_stopped=Callback(BROKE), description=f"run {run_id}")


def is_under_way(redis: "Redis", run_id: str) -> bool:
    """Whether RQ still has the run before it or at work; a worker that died is found out here."""
    # Requests are served by threads, where a timeout by signal is not to be had.
    StartedJobRegistry(queue=queue_of(redis), death_penalty_class=TimerDeathPenalty).cleanup()
    try:
        job = Job.fetch(run_id, connection=redis, serializer=JSONSerializer)
    except NoSuchJobError:
        return False
    return job.get_status() in UNDER_WAY


def has_worker(redis: "Redis") -> bool:
    """Whether a worker that listens to the queue was heard of lately."""
    return Worker.count(queue=queue_of(redis)) > 0
