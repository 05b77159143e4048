"""The worker: takes one job at a time from the queue, and executes it in a separate process that RQ
calls a work horse.

A job is an attempt at a run, or a shard of the files of a run that another worker executes.
"""

import logging
import os
import platform
import secrets
import signal
from contextlib import suppress
from typing import Any

from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Worker, worker_registration
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from sidecar.collector import collect_seldom
from sidecar.config import Settings
from sidecar.errors import InvalidRequest
from sidecar.jobs import shutdown
from sidecar.jobs.job import MIGRATE, SidecarJob
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import connect_briefly, connect_patiently, queue_of
from sidecar.jobs.redis_state import log_warnings, reason_of
from sidecar.jobs.tasks import handle_failure
from sidecar.jobs.unfinished_runs import handle_unfinished_runs
from sidecar.jobs.watchdog import Watchdog
from sidecar.logs import configure

MAINTENANCE_SECONDS = 30
MONITORING_SECONDS = 2
# RQ waits for a job 15 s less than this, and uses the rest for its other duties.
WORKER_TTL_SECONDS = 20

logger = logging.getLogger(__name__)


def work(settings: Settings) -> None:
    """Execute jobs until a signal stops the process."""
    configure()
    collect_seldom()
    _require_redis(settings)
    space = connect_patiently(settings)
    worker = _Worker(
        [queue_of(space)],
        name=_free_name(space),
        connection=space.redis,
        serializer=JSONSerializer,
        job_class=SidecarJob,
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        job_monitoring_interval=MONITORING_SECONDS,
        work_horse_killed_handler=_handle_killed,
    )
    worker.settings, worker.space = settings, space
    worker.watchdog = Watchdog(connect_briefly(settings))
    try:
        worker.work(logging_level=None)
    except RedisError as error:
        raise _redis_failed(error) from error


def _require_redis(settings: Settings) -> None:
    """Raises InvalidRequest at once if Redis cannot be used, so that nobody waits in vain."""
    redis = connect_briefly(settings).redis
    try:
        redis.ping()
    except RedisError as error:
        raise _redis_failed(error) from error
    log_warnings(redis)


def _redis_failed(error: RedisError) -> InvalidRequest:
    return InvalidRequest(reason_of(error), code="REDIS_UNREACHABLE")


def _free_name(space: Keyspace) -> str:
    """The machine and the process id. In containers both can be those of a dead worker, whose name
    RQ keeps for a minute; then with something random."""
    name = f"{platform.node() or 'worker'}-{os.getpid()}"
    is_taken = space.redis.exists(Worker.redis_worker_namespace_prefix + name)
    return f"{name}-{secrets.token_hex(2)}" if is_taken else name


class _Worker(Worker):
    """An RQ worker that also watches runs. When it is stopped, it stops its work horse at the next
    batch instead of waiting for the job to end."""

    settings: Settings
    space: Keyspace
    watchdog: Watchdog

    def heartbeat(self, timeout: int | None = None, pipeline: "Pipeline | None" = None) -> None:
        super().heartbeat(timeout, pipeline)
        if pipeline is None:
            # RQ also calls this before each wait for a job.
            self._register_again()
            self.watchdog.check()

    def _register_again(self) -> None:
        """Tell a Redis that has lost its data that this worker exists."""
        if self.birth_date and not self.connection.sismember(self.redis_workers_keys, self.key):
            logger.warning("Register worker again name=%s reason=Redis lost its data", self.name)
            self.connection.hset(self.key, mapping=self.serialize())
            worker_registration.register(self)

    def run_maintenance_tasks(self) -> None:
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        # This can take long if the source does not answer, so it only happens between jobs.
        handle_unfinished_runs(self.settings, self.space)

    def maintain_heartbeats(self, job: Job, execution: Execution) -> None:
        super().maintain_heartbeats(job, execution)
        self._register_again()
        self.watchdog.check()
        if self._stop_requested:
            self._stop_horse()

    def handle_warm_shutdown_request(self) -> None:
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        self._stop_horse()

    def setup_work_horse_signals(self) -> None:
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        shutdown.handle_sigterm()

    def _stop_horse(self) -> None:
        if self.horse_pid:
            with suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGTERM)


def _handle_killed(job: Job, *how: Any) -> None:
    """Interrupt the run of a killed work horse: RQ calls a job's failure callback only if the job
    raised. The worker of the run transfers the files of a killed shard again."""
    if job.func_name == MIGRATE:
        handle_failure(job, job.connection)
