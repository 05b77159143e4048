"""What a worker does with a run, and what is left to do when the run broke."""

import logging
import os
from functools import partial
from typing import Any

from redis import Redis
from rq.exceptions import AbandonedJobError
from rq.job import Job

from sidecar.config import Settings, read_settings
from sidecar.directus.client import Directus
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.errors import MigrationError
from sidecar.jobs.endings import close, interrupt
from sidecar.jobs.helpers import OtherWorkers
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.progress import RecordingWatcher
from sidecar.jobs.queue import connect_briefly, connect_patiently, enqueue
from sidecar.jobs.runs import RunOrder, RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.source import SOURCE_DIFFERS, require_same_source
from sidecar.jobs.telling import notify_user
from sidecar.logs import run_id_of_log
from sidecar.migration.pipeline import migrate as run_migration
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import Report
from sidecar.migration.request import check_allowed

logger = logging.getLogger(__name__)


def migrate(run_id: str, attempt: int) -> None:
    """Work off one run, or what is left of it: the job that RQ calls."""
    settings = read_settings(os.environ)
    space = connect_patiently(settings)
    run_id_of_log.set(run_id)
    store = RunStore(space)
    if not store.begin(run_id, attempt):
        logger.warning("Not begun attempt=%d reason=over, or another worker's", attempt)
        return
    order = store.order(run_id)
    helping = connect_briefly(settings)
    watcher = RecordingWatcher(RunStore(helping), run_id, attempt)
    with watcher:
        report = _migrate(
            settings, space, order, watcher, OtherWorkers(helping, run_id, attempt, watcher)
        )
    last = watcher.last_state(store)
    if report.status == "interrupted":
        _put_back(space, order, attempt, last)
    else:
        close(space, order, attempt, last)


def broke(job: Job, redis: "Redis", *reason: Any) -> None:
    """RQ's callback for a job that raised or whose work horse died. One that it holds to be
    abandoned may just have slept along with its machine: the watch knows better."""
    if reason[:1] != (AbandonedJobError,):
        interrupt(Keyspace.of_queue(redis, job.origin), *job.args)


def _migrate(
    settings: Settings,
    space: Keyspace,
    order: RunOrder,
    watcher: RecordingWatcher,
    helpers: OtherWorkers,
) -> Report:
    def notify(report: Report) -> None:
        # Another project than the one that is meant knows nobody who could be told.
        is_foreign = any(problem.code == SOURCE_DIFFERS for problem in report.problems)
        if report.status != "interrupted" and not is_foreign:
            notify_user(
                Directus(settings.source.url, settings.source.token),
                order,
                report.document(),
                watcher.line,
            )

    source = Directus(
        settings.source.url, settings.source.token, limiter=AdaptiveLimiter(settings.caps)
    )
    try:
        check_allowed(order.destination_url, settings.allowed)
        token = TokenVault(space, settings.secret).reveal(order.id)
        destination = Directus(order.destination_url, token, limiter=AdaptiveLimiter(settings.caps))
    except MigrationError as error:
        progress = Progress(order.request, watcher)
        progress.stop("refused", error)
        notify(progress.report)
        return progress.report
    return run_migration(
        source,
        destination,
        order.request,
        watcher,
        notify,
        helpers,
        check_source=partial(require_same_source, source, order),
    )


def _put_back(space: Keyspace, order: RunOrder, attempt: int, last: dict[str, Any]) -> None:
    """The next worker goes on; the destination stays ours, and its token is kept."""
    changes = {**last, "status": "queued", "attempt": attempt + 1, "ended_at": None}
    if RunStore(space).update(order.id, attempt, **changes):
        enqueue(space, order.id, attempt + 1)
