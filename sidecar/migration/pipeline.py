"""One migration from top to bottom: extract, plan, apply, verify, notify. A dry run ends after
plan."""

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial

from sidecar.cancellation import CANCELLED, CancelToken
from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus
from sidecar.directus.interruption import interruptible
from sidecar.errors import Cancelled, Interrupted, InvalidRequest, MigrationError, NotADirectus
from sidecar.migration.apply.apply import apply
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.check.compatibility import (
    Compatibility,
    check,
)
from sidecar.migration.check.remember_run import remember_run
from sidecar.migration.check.requirements import require_compatible, require_references
from sidecar.migration.check.selection_summary import SelectionSummary
from sidecar.migration.compare.plan_check import check_plan
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.scan import Scans
from sidecar.migration.files.helpers import Helpers, Nobody
from sidecar.migration.instance.activity import SourceActivity
from sidecar.migration.instance.first_rows import FirstRows
from sidecar.migration.instance.journal import require_same_journal
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.lease import Lease
from sidecar.migration.instance.lease_holder import Holder, command_line_holder
from sidecar.migration.plan.begin import begin_run, report_baseline
from sidecar.migration.plan.notes import report_missing_references, report_plan
from sidecar.migration.plan.plan import Plan
from sidecar.migration.plan.planned import Planned
from sidecar.migration.plan.run import Run, start_run
from sidecar.migration.preview import preview
from sidecar.migration.report.progress import Progress, Watcher
from sidecar.migration.report.report import Report
from sidecar.migration.report.results import closing_line
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
    holder: Holder | None = None,
    changes: ChangeList | None = None,
    baseline: Baseline | None = None,
    planned: Planned | None = None,
) -> Report:
    """Run one migration to its end. The report tells how it ended; nothing is raised.

    ``notify`` gets the finished report, also after a failure. ``helpers`` may take files.
    ``holder`` takes the lease of the destination; by default it is a run of the command line.
    ``check_source`` is called first, and raises InvalidRequest for another source than intended.
    ``changes`` gets what the run changes. ``baseline`` knows what both sides had after the last
    one. ``planned`` is the plan to carry out.
    """
    progress = _progress({"source": source, "destination": destination}, request, watcher)
    with (
        KeySets() as keys,
        FirstRows() as first_rows,
        Lease(destination, holder or command_line_holder()) as lease,
    ):
        cancel = CancelToken(lambda: lease.has_ended() or watcher.cancel_requested())

        def start(plan: Plan) -> Run:
            records = changes, baseline, planned, None if planned else first_rows
            return start_run(plan, progress, cancel, helpers or Nobody(), *records)

        begin, kept = partial(begin_run, start, planned), (keys, first_rows)
        stages = (source, destination, progress, cancel, begin, check_source, lease, *kept)
        _finish(partial(_run, *stages), progress)
    notify(progress.report)
    return progress.report


def _progress(
    sides: Mapping[str, Directus], request: MigrationRequest, watcher: Watcher
) -> Progress:
    progress = Progress(request, watcher, {name: side.limiter for name, side in sides.items()})
    for name, side in sides.items():
        progress.outages.watch(name, side)
    return progress


def _finish(stages: Callable[[], None], progress: Progress) -> None:
    """Run the stages, and turn what they raise into the end of the report."""
    try:
        stages()
        progress.finish("completed")
    except InvalidRequest as error:
        progress.stop("refused", error)
    except Interrupted as error:
        progress.finish("interrupted", error.message)
    except Cancelled as error:
        progress.finish("cancelled", error.message)
    except KeyboardInterrupt:
        progress.finish("cancelled", CANCELLED)
    except MigrationError as error:
        if isinstance(error, NotADirectus) and error.__cause__:
            logger.warning("Unexpected answer", exc_info=error.__cause__)
        progress.stop("failed", error)
    except Exception as error:
        logger.exception("Run failed")
        message = UNEXPECTED.format(type(error).__name__, error)
        progress.stop("failed", MigrationError(message, code="UNEXPECTED"))
    is_completed = progress.report.status == "completed"
    progress.log("info" if is_completed else "warning", closing_line(progress.report))


def _run(
    source: Directus,
    destination: Directus,
    progress: Progress,
    cancel: CancelToken,
    begin: Callable[[Compatibility, MigrationRequest], Run],
    check_source: Callable[[], None],
    lease: Lease,
    keys: KeySets,
    first_rows: FirstRows,
) -> None:
    request = progress.report.request
    if request.dry_run:
        progress.skip_stages("apply", "verify")
    # Reading can be aborted at any time. To apply decides for itself what has to be restored.
    reading = partial(interruptible, (source, destination), cancel)
    guarded = partial(parse_guard, f"{source.url} or {destination.url}")
    with reading():
        cancel.check()
        with progress.stage("extract"):
            check_source()
            checked = _extract(source, destination, progress, keys, lease, first_rows)
        cancel.check()
        with progress.stage("plan") as stage, guarded():
            lease.require_free()
            run = begin(checked, request)
            # Making the plan can take minutes, and another run may have come and gone meanwhile.
            lease.when_taken = partial(require_same_journal, destination, run.plan.journal)
            report_plan(run)
            report_missing_references(checked, request, progress)
            if request.dry_run:
                stage.total = run.plan.total
                with run.refused, run.unique:
                    run.plan = preview(run)
    if request.dry_run:
        require_references(checked, request)
    else:
        with guarded():
            lease.clean_up()
            _apply_and_verify(run, reading, lease, checked)


def _apply_and_verify(
    run: Run,
    reading: Callable[[], AbstractContextManager[None]],
    lease: Lease,
    checked: Compatibility,
) -> None:
    known = run.baseline.note
    with RowLedger() as ledger, Scans() as scans, run.prover, run.refused, run.unique:
        run.cancel.check()
        with run.progress.stage("apply") as stage:
            stage.total = run.plan.total
            if run.planned:
                with reading():
                    check_plan(run, run.planned)
            activity = SourceActivity(run.source)
            up_to_date = apply(run, ledger, scans)
        run.cancel.check()
        with reading(), run.progress.stage("verify") as stage:
            stage.total = run.plan.total
            verify(run, ledger, scans, up_to_date, activity)
    report_baseline(run, known)
    if checked.coverage and not run.planned and not run.progress.report.problem_count:
        remember_run(checked.coverage, run.journal, has_written=lease.is_taken)


def _extract(
    source: Directus,
    destination: Directus,
    progress: Progress,
    keys: KeySets,
    lease: Lease,
    first_rows: FirstRows,
) -> Compatibility:
    request = progress.report.request

    def begin_reading() -> None:
        # A dry run writes nothing, so its plan may become stale.
        if not request.dry_run:
            lease.begin_reading()
        # A busy destination is said at once, and again after the plan, which can take minutes.
        lease.require_free()

    checked = check(
        source,
        destination,
        request,
        keys,
        begin_reading=begin_reading,
        first_rows=first_rows,
    )
    progress.set_sides(checked.source.summary(), checked.destination.summary())
    require_compatible(checked, request)
    if checked.selection:
        _report_selection(checked.selection, progress)
    for finding in checked.force:
        progress.log("info", finding.message)
    for finding in checked.licence:
        progress.problem(None, None, finding.code, finding.message)
    return checked


def _report_selection(selection: SelectionSummary, progress: Progress) -> None:
    progress.report.selection = selection.document()
    progress.log("info", selection.sentence)
    for name, why in selection.whole.items():
        progress.note(name, "MOVED_WHOLE", None, why, selection.selected.get(name, 0))
