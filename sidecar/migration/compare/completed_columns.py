"""Tells a dry run what a real one completes of a run that was interrupted."""

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.plan.run import Run
from sidecar.resources.base import FLOWS, Resource


def remaining_columns(run: Run, resource: Resource, match: RowMatch) -> tuple[str, ...]:
    """The columns in which a row stays different after a real run has completed it."""
    completed = _completed(run, resource, match)
    return tuple(column for column in match.columns if column not in completed)


def _completed(run: Run, resource: Resource, match: RowMatch) -> set[str]:
    completed: set[str] = set()
    if resource.name in run.journal.unfinished:
        completed |= {
            *run.plan.deferred(resource),
            *run.plan.late_columns(resource),
            *resource.auto_uuid,
            *resource.update_only,
        }
    # The interrupted run has paused or not yet activated these.
    if resource.name == FLOWS and match.mapped.key in run.journal.paused | run.journal.waiting:
        completed.add("status")
    return completed
