"""One migration from top to bottom: extract, plan, apply, verify, notify. A dry run stops before
apply."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sidecar.cancellation import CancelToken
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
from sidecar.migration.compare.up_to_date import SourceActivity
from sidecar.migration.files.helpers import Helpers, Nobody
from sidecar.migration.plan.notes import report_missing_references, report_notes
from sidecar.migration.plan.plan import Plan, make_plan
from sidecar.migration.report.report import Report, Watcher
from sidecar.migration.request import MigrationRequest
from sidecar.migration.verify.verify import preview, verify

logger = logging.getLogger(__name__)
# A schema with one collection too many is not applied at all; of too many rows the others arrive.
ALL_OR_NOTHING = "LICENSE_COLLECTIONS"
UNEXPECTED = (
    "Something went wrong that the sidecar does not know how to handle ({}: {}). "
    "Nothing is lost: start the run again, and it continues where it left off"
)


def migrate(
    source: Directus,
    destination: Directus,
    request: MigrationRequest,
    watcher: Watcher,
    notify: Callable[[Report], None] | None = None,
    helpers: Helpers | None = None,
    *,
    admit_source: Callable[[], None] = lambda: None,
) -> Report:
    """Run one migration to its end, whatever that is: the report's status tells, and no error is
    raised.

    ``notify`` is called last, with the finished report, also after a failure; ``helpers`` may take
    files. ``admit_source`` is called first, and raises InvalidRequest when the source is not the
    one that is meant.
    """
    report = Report(
        request, watcher, paces={"source": source.limiter, "destination": destination.limiter}
    )
    try:
        _run(source, destination, request, report, helpers or Nobody(), admit_source)
        report.finish("completed")
    except InvalidRequest as error:
        report.stop("refused", error)
    except Interrupted as error:
        report.finish("interrupted", error.message)
    except (Cancelled, KeyboardInterrupt):
        report.finish(
            "cancelled", "The run was cancelled; start it again, and it continues where it left off"
        )
    except MigrationError as error:
        report.stop("failed", error)
    except Exception as error:
        logger.exception("Run failed")
        report.stop(
            "failed",
            MigrationError(UNEXPECTED.format(type(error).__name__, error), code="UNEXPECTED"),
        )
    report.log("info" if report.status == "completed" else "warning", _closing_line(report))
    if notify:
        notify(report)
    return report


def _run(
    source: Directus,
    destination: Directus,
    request: MigrationRequest,
    report: Report,
    helpers: Helpers,
    admit_source: Callable[[], None],
) -> None:
    if request.dry_run:
        report.skip_stages("apply", "verify")
    # What is only read can be given up at any time; to apply knows itself what has to be done all
    # the same.
    cancel = CancelToken(lambda: report.watcher.cancel_requested() or report.stopping)
    reading = partial(interruptible, (source, destination), cancel)
    with reading():
        with report.stage("extract"):
            admit_source()
            found = _extract(source, destination, request, report)
        with report.stage("plan") as stage:
            plan = replace(make_plan(found, request, report), helpers=helpers)
            report_notes(plan, report)
            if request.dry_run:
                stage.total = _rows(plan)
                report_missing_references(found, request, report)
                preview(plan, report)
    if request.dry_run:
        require_references(found, request)
        return
    with RowLedger() as seen, plan.prover:
        with report.stage("apply") as stage:
            stage.total = _rows(plan)
            activity = SourceActivity(plan.source)
            applied = apply(plan, seen, report)
        with reading(), report.stage("verify") as stage:
            stage.total = _rows(plan)
            verify(plan, seen, applied, activity, report)


def _extract(
    source: Directus, destination: Directus, request: MigrationRequest, report: Report
) -> Compatibility:
    found = check(source, destination, request)
    report.source, report.destination = found.source.summary(), found.destination.summary()
    for side in (report.source, report.destination):
        report.log("info", f"{side['url']} is Directus {side['version']} on {side['vendor']}")
    require_compatible(found, request)
    for said in found.force:
        report.log("info", said.message)
    for finding in found.licence:
        if finding.code == ALL_OR_NOTHING and not request.dry_run:
            raise InvalidRequest(finding.message, code=finding.code, status=409)
        report.problem(None, None, finding.code, finding.message)
    return found


def _rows(plan: Plan) -> int:
    return sum(plan.rows.values())


def _closing_line(report: Report) -> str:
    line = (
        f"The {'dry run' if report.request.dry_run else 'run'} ended "
        f"{report.status.replace('_', ' ')}"
    )
    return f"{line} after {report.seconds:.1f} s" + (
        f": {report.message}" if report.message else ""
    )
