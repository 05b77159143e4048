"""One migration from top to bottom: extract, plan, apply, verify, notify. A dry run ends after
plan."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from sidecar.cancellation import CANCELLED, CancelToken
from sidecar.directus.client import Directus
from sidecar.directus.interruption import interruptible
from sidecar.errors import Cancelled, Interrupted, InvalidRequest, MigrationError
from sidecar.migration.apply.apply import apply
from sidecar.migration.check.compatibility import (
    Compatibility,
    check,
    require_compatible,
    require_references,
)
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.files.helpers import Helpers, Nobody
from sidecar.migration.instance.activity import SourceActivity
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.plan.notes import report_missing_references, report_plan
from sidecar.migration.plan.plan import make_plan
from sidecar.migration.plan.run import Run, start_run
from sidecar.migration.preview import preview
from sidecar.migration.report.progress import Progress, Watcher
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from sidecar.migration.verify.verify import verify

logger = logging.getLogger(__name__)
UNEXPECTED = (
    "Something went wrong that the sidecar does not know how to handle ({}: {}). "
    "Nothing is lost: start the run again, and it continues where it left off"
)


def migrate(
    source: Directus,
    destination: Directus,
    request: MigrationRequest,
    watcher: Watcher,
    notify: Callable[[Report], None] = lambda _: None,
    helpers: Helpers | None = None,
    *,
    check_source: Callable[[], None] = lambda: None,
) -> Report:
    """Run one migration to its end. The report tells how it ended; nothing is raised.

    ``notify`` gets the finished report, also after a failure. ``helpers`` may take files.
    ``check_source`` is called first, and raises InvalidRequest for another source than intended.
    """
    limiters = {"source": source.limiter, "destination": destination.limiter}
    progress = Progress(request, watcher, limiters)
    progress.outages.watch("source", source)
    progress.outages.watch("destination", destination)
    cancel = CancelToken(watcher.cancel_requested)
    with KeySets() as keys:
        sides = source, destination
        _finish(
            partial(_run, *sides, progress, cancel, helpers or Nobody(), check_source, keys),
            progress,
        )
    report = progress.report
    progress.log("info" if report.status == "completed" else "warning", _closing_line(report))
    notify(report)
    return report


def _finish(stages: Callable[[], None], progress: Progress) -> None:
    """Run the stages, and turn what they raise into the end of the report."""
    try:
        stages()
        progress.finish("completed")
    except InvalidRequest as error:
        progress.stop("refused", error)
    except Interrupted as error:
        progress.finish("interrupted", error.message)
    except (Cancelled, KeyboardInterrupt):
        progress.finish("cancelled", CANCELLED)
    except MigrationError as error:
        progress.stop("failed", error)
    except Exception as error:
        logger.exception("Run failed")
        message = UNEXPECTED.format(type(error).__name__, error)
        progress.stop("failed", MigrationError(message, code="UNEXPECTED"))


def _run(
    source: Directus,
    destination: Directus,
    progress: Progress,
    cancel: CancelToken,
    helpers: Helpers,
    check_source: Callable[[], None],
    keys: KeySets,
) -> None:
    request = progress.report.request
    if request.dry_run:
        progress.skip_stages("apply", "verify")
    # Reading can be aborted at any time. To apply decides for itself what has to be restored.
    reading = partial(interruptible, (source, destination), cancel)
    with reading():
        cancel.check()
        with progress.stage("extract"):
            check_source()
            checked = _extract(source, destination, progress, keys)
        cancel.check()
        with progress.stage("plan") as stage:
            run = start_run(make_plan(checked, request), progress, cancel, helpers)
            report_plan(run)
            report_missing_references(checked, request, progress)
            if request.dry_run:
                stage.total = run.plan.total
                run.plan = preview(run)
    if request.dry_run:
        require_references(checked, request)
    else:
        _apply_and_verify(run, reading)


def _apply_and_verify(run: Run, reading: Callable[[], AbstractContextManager[None]]) -> None:
    with RowLedger() as ledger, run.prover:
        run.cancel.check()
        with run.progress.stage("apply") as stage:
            stage.total = run.plan.total
            activity = SourceActivity(run.source)
            up_to_date = apply(run, ledger)
        run.cancel.check()
        with reading(), run.progress.stage("verify") as stage:
            stage.total = run.plan.total
            verify(run, ledger, up_to_date, activity)


def _extract(
    source: Directus, destination: Directus, progress: Progress, keys: KeySets
) -> Compatibility:
    request = progress.report.request
    checked = check(source, destination, request, keys)
    progress.set_sides(checked.source.summary(), checked.destination.summary())
    require_compatible(checked, request)
    for finding in checked.force:
        progress.log("info", finding.message)
    for finding in checked.licence:
        progress.problem(None, None, finding.code, finding.message)
    return checked


def _closing_line(report: Report) -> str:
    what = "dry run" if report.request.dry_run else "run"
    line = f"The {what} ended {report.status.replace('_', ' ')} after {report.seconds:.1f} s"
    # What refused the run or made it fail is in the log already.
    is_said = report.status in ("refused", "failed")
    return line if is_said or not report.message else f"{line}: {report.message}"
