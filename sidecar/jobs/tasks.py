"""What a worker does with a run, and what is left to do when the run broke."""

import logging
import os
from typing import Any

from redis import Redis
from rq.job import Job

from sidecar.config import Settings, read_settings
from sidecar.directus.client import Directus
from sidecar.directus.pace import Pace
from sidecar.errors import DirectusError, MigrationError
from sidecar.jobs.helpers import OtherWorkers
from sidecar.jobs.lock import DestinationLock
from sidecar.jobs.progress import RecordingWatcher
from sidecar.jobs.queue import connect
from sidecar.jobs.runs import RunOrder, RunStore, now
from sidecar.jobs.secrets import TokenVault
from sidecar.logs import run_id_of_log
from sidecar.migration.notify import notify
from sidecar.migration.pipeline import migrate as run_migration
from sidecar.migration.report import Report

logger = logging.getLogger(__name__)
DIED = "The worker stopped in the middle of the run. Start it again, and it continues where it left off"


def migrate(run_id: str) -> None:
    """Work off one run: the job that RQ calls."""
    settings = read_settings(os.environ)
    redis = connect(settings)
    run_id_of_log.set(run_id)
    store = RunStore(redis)
    order = store.order(run_id)
    watcher = RecordingWatcher(store, run_id)
    store.update(run_id, status="running", started_at=now())
    try:
        _migrate(settings, redis, order, watcher)
    finally:
        _clean_up(redis, settings, order)


def broke(job: Job, redis: "Redis", *reason: Any) -> None:
    """RQ's callback for a job that raised or whose worker died: close the run's record and tell the person."""
    settings = read_settings(os.environ)
    run_id = job.args[0]
    store = RunStore(redis)
    order = store.order(run_id)
    state = None if store.is_over(run_id) else _died(store, order)
    if state:
        _tell(settings, order, state, RecordingWatcher(store, run_id))
    _clean_up(redis, settings, order)
    if state:
        # Last of all: who sees that a run is over finds everything else done.
        store.update(run_id, **state)


def _died(store: RunStore, order: RunOrder) -> dict[str, Any]:
    """The last state of a run whose worker is gone: what it had come to, and that it failed."""
    unknown = Report(order.request, RecordingWatcher(store, order.id)).document()
    state = {**unknown, **store.state(order.id)}
    problem = {"resource": None, "key": None, "code": "WORKER_DIED", "message": DIED}
    stages = [{**stage, "status": "failed" if stage["status"] == "running" else stage["status"]}
              for stage in state["stages"]]
    store.log(order.id, "error", None, DIED)
    return {**state, "status": "failed", "message": DIED, "ended_at": now(), "stages": stages,
            "problems": [*state["problems"], problem], "problem_count": state["problem_count"] + 1}


def _migrate(settings: Settings, redis: "Redis", order: RunOrder, watcher: RecordingWatcher) -> None:
    def tell(report: Report) -> None:
        _tell(settings, order, report.document(), watcher)

    source = Directus(settings.source.url, settings.source.token, pace=Pace(settings.caps))
    try:
        token = TokenVault(redis, settings.secret).reveal(order.id)
        destination = Directus(order.destination_url, token, pace=Pace(settings.caps))
    except MigrationError as error:
        report = Report(order.request, watcher)
        report.stop("refused", error)
        tell(report)
    else:
        with watcher:
            helpers = OtherWorkers(redis, order.id, watcher)
            report = run_migration(source, destination, order.request, watcher, tell, helpers)
    _clean_up(redis, settings, order)
    watcher.finished(report, now())


def _tell(settings: Settings, order: RunOrder, document: dict[str, Any], watcher: RecordingWatcher) -> None:
    source = Directus(settings.source.url, settings.source.token)
    try:
        notify(source, order.user, document, order.link)
    except DirectusError as error:
        watcher.line("warning", "notify", f"The notification could not be sent: {error.message}")
    else:
        watcher.line("info", "notify", "The person who started the run was notified")


def _clean_up(redis: "Redis", settings: Settings, order: RunOrder) -> None:
    TokenVault(redis, settings.secret).forget(order.id)
    DestinationLock(redis, order.destination_url).free(order.id)
