"""A worker: works off the queue, one job after the other, each in a process of its own (RQ's work
horse). Jobs are attempts at runs, and shards of the files of a run that another worker is at."""

import os
import signal
from contextlib import suppress
from typing import Any

from redis.client import Pipeline
from rq import Worker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from sidecar.collector import collect_seldom
from sidecar.config import Settings
from sidecar.jobs import shutdown
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import MIGRATE, connect_briefly, connect_patiently, queue_of
from sidecar.jobs.tasks import broke
from sidecar.jobs.unfinished_runs import follow_up
from sidecar.jobs.watchdog import Watch
from sidecar.logs import configure

MAINTENANCE_SECONDS = 30
MONITORING_SECONDS = 2
# RQ waits for a job for 15 s less, and then has time for what else there is to do.
WORKER_TTL_SECONDS = 20


def work(settings: Settings) -> None:
    """Work until told to stop by a signal."""
    configure()
    collect_seldom()
    space = connect_patiently(settings)
    worker = _Worker(
        [queue_of(space)],
        connection=space.redis,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        job_monitoring_interval=MONITORING_SECONDS,
        work_horse_killed_handler=_killed,
    )
    worker.settings, worker.space = settings, space
    worker.watch = Watch(connect_briefly(settings))
    worker.work(logging_level=None)


class _Worker(Worker):
    """RQ's, which looks after runs as well, and has its work horse stop at the next batch when it
    is to stop itself."""

    settings: Settings
    space: Keyspace
    watch: Watch

    def heartbeat(self, timeout: int | None = None, pipeline: "Pipeline | None" = None) -> None:
        super().heartbeat(timeout, pipeline)
        if pipeline is None:
            # Before each wait for a job, among others.
            self.watch.look()

    def run_maintenance_tasks(self) -> None:
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        # It may take long when the source does not answer, so it is not done with a job in hand.
        follow_up(self.settings, self.space)

    def maintain_heartbeats(self, job: Job, execution: Execution) -> None:
        super().maintain_heartbeats(job, execution)
        self.watch.look()
        if self._stop_requested:
            self._stop_horse()

    def handle_warm_shutdown_request(self) -> None:
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        self._stop_horse()

    def setup_work_horse_signals(self) -> None:
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        shutdown.listen()

    def _stop_horse(self) -> None:
        if self.horse_pid:
            with suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGTERM)


def _killed(job: Job, *how: Any) -> None:
    """RQ calls a job's failure callback for what the job raised, not for a work horse that was
    killed. A shard of files is done again by its run's worker."""
    if job.func_name == MIGRATE:
        broke(job, job.connection)
