"""What a run completes of one that was interrupted. The dry run and the loader ask the same."""

from collections.abc import Collection

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.plan.run import Run
from sidecar.resources.base import FLOWS, Resource


def completed_columns(run: Run, resource: Resource) -> frozenset[str]:
    """The columns that the second write sets in rows of an earlier run. To be asked before this run
    writes anything."""
    if resource.name not in run.journal.unfinished:
        return frozenset()
    deferred, late = run.plan.deferred(resource), run.plan.late_columns(resource)
    return frozenset((*deferred, *late, *resource.auto_uuid, *resource.update_only))


def without_completed(
    run: Run, resource: Resource, match: RowMatch, completed: Collection[str]
) -> RowMatch:
    """``match`` with the columns only in which the row stays different when ``completed`` are
    set."""
    # The interrupted run has paused or not yet activated these.
    waiting = run.journal.paused | run.journal.waiting
    is_waiting = resource.name == FLOWS and match.mapped.key in waiting
    settled = {*completed, "status"} if is_waiting else completed
    columns = tuple(column for column in match.columns if column not in settled)
    return match._replace(columns=columns)
