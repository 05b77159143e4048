"""The RQ job that executes one attempt at a run, and RQ's callback for a job that failed."""

import logging
import os
from contextlib import ExitStack
from functools import partial
from typing import Any

from redis import Redis
from rq.exceptions import AbandonedJobError
from rq.job import Job

from sidecar.config import Settings, read_settings
from sidecar.directus.client import Directus
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.errors import InvalidRequest, MigrationError
from sidecar.jobs.busy import is_over
from sidecar.jobs.finish import finish_or_restore_run, interrupt_run
from sidecar.jobs.helper_workers import HelperWorkers
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.notification import notify_user
from sidecar.jobs.planned_run import planned_of
from sidecar.jobs.progress import RecordingWatcher
from sidecar.jobs.queue import connect_briefly, connect_patiently, enqueue
from sidecar.jobs.redis_retry import when_writable
from sidecar.jobs.run_changes import changes_of
from sidecar.jobs.run_order import RunOrder, lock_of
from sidecar.jobs.run_state import NO_RESULTS
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.source_identity import SOURCE_DIFFERS, require_same_source
from sidecar.logs import log_run
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.baseline.baselines import open_baseline
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.instance.lease_holder import Holder
from sidecar.migration.pipeline import migrate as run_migration
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import Report
from sidecar.migration.request import check_allowed

logger = logging.getLogger(__name__)


def migrate(run_id: str, attempt: int) -> None:
    """Execute one attempt at a run. The job names this function (see ``job``)."""
    with log_run(run_id):
        _attempt(run_id, attempt)


def handle_failure(job: Job, redis: "Redis", *reason: Any) -> None:
    """Interrupt a run whose job raised or whose work horse died: RQ's failure callback.

    RQ also calls it for jobs that it considers abandoned. Such a job may still run on a machine
    that was asleep, so the watchdog decides about it.
    """
    if reason[:1] == (AbandonedJobError,):
        return
    try:
        interrupt_run(Keyspace.of_queue(redis, job.origin), *job.args)
    except InvalidRequest as error:
        logger.warning("Interrupt failed job=%s error=%s", job.id, error.message)


# The callback's name in jobs that an earlier version enqueued.
broke = handle_failure


def _attempt(run_id: str, attempt: int) -> None:
    settings = read_settings(os.environ)
    space = connect_patiently(settings)
    store = RunStore(space)
    if not store.begin(run_id, attempt):
        logger.warning("Skip attempt=%d reason=run has ended or attempt has begun", attempt)
        return
    order = store.order(run_id)
    brief_space = connect_briefly(settings)
    lock = lock_of(brief_space, order)
    watcher = RecordingWatcher(
        RunStore(brief_space), run_id, attempt, partial(lock.is_owned_by, run_id)
    )
    warn = partial(watcher.line, "warning", None)
    with (
        watcher,
        changes_of(settings, space, order, attempt, warn) as changes,
        open_baseline(settings.store, settings.source.url, order.destination_url) as baseline,
    ):
        helpers = HelperWorkers(brief_space, run_id, attempt, watcher, settings.secrets)
        records = changes, baseline
        report = _migrate(settings, space, order, watcher, helpers, *records)
    # A run that has ended must not count as interrupted because Redis is full at that moment.
    final_state = when_writable(partial(watcher.final_state, store))
    if report.status == "interrupted":
        _requeue(space, order, attempt, final_state)
    else:
        when_writable(partial(finish_or_restore_run, space, order, attempt, final_state))


def _migrate(
    settings: Settings,
    space: Keyspace,
    order: RunOrder,
    watcher: RecordingWatcher,
    helpers: HelperWorkers,
    changes: ChangeList | None,
    baseline: Baseline,
) -> Report:
    notify = partial(_notify, settings, order, watcher)
    source = _connect(settings, settings.source.url, settings.source.token)
    with ExitStack() as stack:
        try:
            order.require_known_version()
            check_allowed(order.destination_url, settings.allowed)
            token = TokenVault(space, *settings.secrets).reveal(order)
            planned = stack.enter_context(planned_of(settings, space, order))
        except MigrationError as error:
            progress = Progress(order.request, watcher)
            progress.stop("refused", error)
            notify(progress.report)
            return progress.report
        return run_migration(
            source,
            _connect(settings, order.destination_url, token),
            order.request,
            watcher,
            notify,
            helpers,
            check_source=partial(require_same_source, source, order),
            holder=Holder(order.id, f"run {order.id}", partial(is_over, RunStore(space))),
            changes=changes,
            baseline=baseline,
            planned=planned,
        )


def _connect(settings: Settings, url: str, token: str) -> Directus:
    return Directus(url, token, limiter=AdaptiveLimiter(settings.caps))


def _notify(settings: Settings, order: RunOrder, watcher: RecordingWatcher, report: Report) -> None:
    # The user of the run does not exist in another project.
    is_other_project = any(problem.code == SOURCE_DIFFERS for problem in report.problems)
    if report.status != "interrupted" and not is_other_project:
        source = Directus(settings.source.url, settings.source.token)
        notify_user(source, order, report.document(), watcher.line)


def _requeue(space: Keyspace, order: RunOrder, attempt: int, state: dict[str, Any]) -> None:
    """Enqueue the next attempt. The run keeps its destination lock and its token."""
    changes = {
        **state,
        **NO_RESULTS,
        "status": "queued",
        "attempt": attempt + 1,
        "ended_at": None,
    }
    if when_writable(partial(RunStore(space).update, order.id, attempt, **changes)):
        when_writable(partial(enqueue, space, order.id, attempt + 1))
