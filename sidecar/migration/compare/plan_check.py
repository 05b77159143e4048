"""Compares the rows of a plan with what both sides have now, before a run carries it out."""

from collections.abc import Iterator, Sequence
from typing import Any

from sidecar.migration.changes.change import Change
from sidecar.migration.compare.each_resource import for_each_resource
from sidecar.migration.compare.last_state import LastState
from sidecar.migration.compare.matcher import RowMatch, match_all
from sidecar.migration.compare.row_changes import RowChanges
from sidecar.migration.compare.unique_values import block_unique, collect_unique, unique_columns
from sidecar.migration.compare.updates import Updates
from sidecar.migration.plan.planned import CODE, LEFT_ALONE, Planned, shortened, stale
from sidecar.migration.plan.run import Run
from sidecar.migration.report.results import count_of
from sidecar.resources.base import Resource

OTHER_ROWS = "changed at the source: {}"


def check_plan(run: Run, planned: Planned) -> None:
    """Leave out and name the rows that somebody has changed at the destination since. Raises
    InvalidRequest (PLAN_STALE) for rows that are no longer the same at the source. Reads only."""
    changed: list[str] = []
    resources = [one for one in run.plan.in_order() if planned.keys.count(one.name)[0]]
    for_each_resource(
        run, resources, lambda resource: changed.extend(_check(run, planned, resource))
    )
    if changed:
        raise stale(OTHER_ROWS.format(shortened(sorted(changed))))


def _check(run: Run, planned: Planned, resource: Resource) -> Iterator[str]:
    """The rows that are no longer the same at the source."""
    updates, changes = Updates(run, resource), RowChanges(run, resource)
    if unique_columns(run, resource):
        for matches in match_all(run, resource):
            collect_unique(run, resource, matches, updates.of(matches))
        block_unique(run, resource)
    seen, planned_rows = 0, planned.keys.count(resource.name)[0]
    for matches in match_all(run, resource):
        seen += len(matches)
        now = {one.key: one for one in changes.of(matches, updates.of(matches))}
        yield from _compare(run, planned, resource, matches, now, updates.last)
        run.cancel.check()
    if seen < planned_rows:
        yield f"{count_of(planned_rows - seen, 'row')} of {resource.name} that cannot be found"


def _compare(
    run: Run,
    planned: Planned,
    resource: Resource,
    matches: Sequence[RowMatch],
    now: dict[str, Change],
    last: LastState,
) -> Iterator[str]:
    listed = planned.changes.planned(resource.name, [str(match.key) for match in matches])
    left_alone: list[Any] = []
    for match in matches:
        change = now.get(str(match.key))
        if change is None or str(match.key) not in listed:
            yield f"{resource.name} {match.key}"
            continue
        _, before, after = listed[str(match.key)]
        if last.is_ours(match):
            # A run of the same plan was interrupted when it had written a part of the row.
            continue
        if change.before not in (before, after):
            left_alone.append(match.key)
        elif change.after != after:
            yield f"{resource.name} {match.key}"
    for key in left_alone:
        run.progress.problem(resource.name, key, CODE, LEFT_ALONE)
    planned.keys.drop(resource.name, left_alone)
