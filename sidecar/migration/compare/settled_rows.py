"""Settles what became of the rows of a resource that were read at the source."""

from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcomes
from sidecar.resources.base import Resource


def settle(run: Run, resource: Resource, outcomes: Outcomes) -> None:
    """Report ``outcomes`` of the rows that could be read. The others have problems."""
    if run.unreadable.of_source(resource.name):
        # Whole pages may be left out around an unreadable row, so nobody has counted them.
        unread = max(0, run.plan.rows[resource.name] - outcomes.total)
        outcomes.problem += unread
        run.unreadable.settle(resource.name, unread)
    run.progress.settle(resource.name, outcomes)
