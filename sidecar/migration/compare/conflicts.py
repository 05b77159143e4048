"""Reports the rows that both sides have changed since the last run, and those of which nobody
knows."""

from collections.abc import Iterable, Mapping
from typing import Any

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.updates import Update
from sidecar.migration.existing import ASK
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

CODE = "CHANGED_ON_BOTH_SIDES"
NAMED = (
    "Not overwritten: both sides have changed the row since the last run, and differ in {}. Change "
    "one of them, or start again and let the source or the destination win"
)
KEPT = "changed on both sides since the last run; the destination keeps its rows, as you chose"
OVERWRITTEN = "changed on both sides since the last run; the source's values win, as you chose"
NO_BASELINE = (
    "it is not known what both sides had after an earlier run, so the source's values win also "
    "where somebody has changed the row at the destination"
)


def report_updates(
    run: Run, resource: Resource, matches: Iterable[RowMatch], updates: Mapping[Any, Update]
) -> None:
    """Count and report what ``updates`` say of ``matches``: conflicts, and rows of which no earlier
    run is known."""
    unknown = 0
    for match in matches:
        update = updates.get(match.key)
        if update is None:
            continue
        if update.is_conflict:
            _report_conflict(run, resource, match, update)
        unknown += bool(update.columns) and update.changed_by is None
    if unknown:
        run.progress.note(resource.name, "NO_BASELINE", None, NO_BASELINE, unknown)


def _report_conflict(run: Run, resource: Resource, match: RowMatch, update: Update) -> None:
    run.progress.count(resource, conflicts=1)
    if not update.is_kept:
        run.progress.note(resource.name, CODE, None, OVERWRITTEN, 1)
    elif run.plan.request.conflicts == ASK:
        message = NAMED.format(", ".join(match.columns))
        run.progress.problem(resource.name, match.key, CODE, message, match.columns)
    else:
        run.progress.note(resource.name, CODE, None, KEPT, 1)
