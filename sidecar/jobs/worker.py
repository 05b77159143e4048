"""A worker: works off the queue, one job after the other, each in a process of its own (RQ's work horse). Jobs are
runs, and shards of the files of a run that another worker is at."""

from typing import Any

from rq import Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from sidecar.config import Settings
from sidecar.jobs.queue import MIGRATE, connect, queue_of
from sidecar.jobs.tasks import broke
from sidecar.logs import configure

MAINTENANCE_SECONDS = 30
MONITORING_SECONDS = 5
WORKER_TTL_SECONDS = 60


def work(settings: Settings) -> None:
    """Work until told to stop by a signal."""
    configure()
    redis = connect(settings)
    worker = Worker([queue_of(redis)], connection=redis, serializer=JSONSerializer, worker_ttl=WORKER_TTL_SECONDS,
                    maintenance_interval=MAINTENANCE_SECONDS, job_monitoring_interval=MONITORING_SECONDS,
                    work_horse_killed_handler=_killed)
    worker.work(logging_level=None)


def _killed(job: Job, *how: Any) -> None:
    """RQ calls a job's failure callback for what the job raised, not for a work horse that was killed. A shard of files
    is done again by its run's worker."""
    if job.func_name == MIGRATE:
        broke(job, job.connection)
