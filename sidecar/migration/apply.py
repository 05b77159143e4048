"""Apply: bring the schema up to date, load the groups of the plan in their order, skipping what is there; then the
settings and extensions, and last of all the flows start."""

from contextlib import ExitStack

from sidecar.migration.extensions import apply_extensions
from sidecar.migration.invite import invite
from sidecar.migration.links import Links
from sidecar.migration.loader import Loader
from sidecar.migration.ordering import Group
from sidecar.migration.plan import Plan
from sidecar.migration.preparation import Preparation
from sidecar.migration.report import Report
from sidecar.migration.seen import Seen
from sidecar.migration.settings import apply_settings
from sidecar.migration.source_changes import SourceChanges
from sidecar.migration.writing import BatchLimits, BatchWriter


def apply(plan: Plan, seen: Seen, report: Report) -> None:
    """Write the plan to the destination; ``seen`` takes note of every source row. Raises DirectusError or Cancelled.

    Whatever happens, the schema is in final form afterwards and flows are as they were, as long as the destination
    can be reached.
    """
    preparation = Preparation(plan)
    limits = BatchLimits()
    try:
        report.log("info", "Bringing the schema up to date")
        preparation.begin(_expecting_rows(plan))
        for group in plan.groups:
            _load_group(plan, group, preparation, limits, seen, report)
        preparation.put_back()
        apply_settings(plan, report)
        if "extensions" in plan.request.options:
            apply_extensions(plan, report)
        preparation.release(report)
        invite(plan, report)
    except BaseException:
        preparation.put_back_if_possible(report)
        raise


def _expecting_rows(plan: Plan) -> set[str]:
    """Collections that will receive rows for certain; others enter the loading form when a new row turns up."""
    empty = {name for name, rows in plan.rows.items() if rows and not plan.rows_before.get(name)}
    return empty | (plan.journal.unfinished & plan.resources.keys())


def _load_group(plan: Plan, group: Group, preparation: Preparation, limits: BatchLimits, seen: Seen,
                report: Report) -> None:
    changes = SourceChanges(plan, seen, report)
    with ExitStack() as stack:
        written: list[tuple[Links, BatchWriter]] = []
        for name in group.names:
            resource = plan.resources[name]
            report.turn_to(resource)
            links = stack.enter_context(Links(resource, plan.deferred(resource)))
            writer = BatchWriter(plan.destination, resource, report, limits, changes)
            Loader(plan, preparation, links, writer, seen, report).load()
            written.append((links, writer))
        whole = [writer.resource.name for links, writer in written if links.write(writer)]
    preparation.loaded(group.names, whole)
