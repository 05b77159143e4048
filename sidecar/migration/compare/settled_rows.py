"""Settles what became of the rows of a resource that were read at the source."""

from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcomes
from sidecar.resources.base import Resource


def settle(run: Run, resource: Resource, outcomes: Outcomes, existing: int) -> None:
    """Report ``outcomes`` of the rows that could be read. The others have problems. The destination
    had ``existing`` of them before, and perhaps rows that the source does not have."""
    if run.unreadable.of_source(resource.name):
        # Whole pages may be left out around an unreadable row, so nobody has counted them.
        unread = max(0, run.plan.rows[resource.name] - outcomes.total)
        outcomes.problem += unread
        run.unreadable.settle(resource.name, unread)
    selected = run.source.selected
    is_whole = selected is None or resource.name not in selected.partial
    if is_whole and not run.unreadable.of_source(resource.name):
        rows_before = run.plan.rows_before.get(resource.name, 0)
        run.progress.count_only_at_destination(resource, max(0, rows_before - existing))
    run.progress.settle(resource.name, outcomes)
