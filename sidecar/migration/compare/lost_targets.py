"""Clears references to source rows that do not arrive because they or their keys cannot be read."""

from collections.abc import Sequence
from typing import Any

from sidecar.migration.instance.precision import INEXACT_VENDORS, is_inexact_key
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Reference, Resource


def clear_lost_targets(run: Run, resource: Resource, rows: Sequence[MappedRow]) -> list[MappedRow]:
    """``rows``. A reference to such a row becomes null, or bars the row, unless the destination has
    its target. Reads only."""
    rows = list(rows)
    for reference in resource.references:
        if lost := _lost(run, reference, rows):
            rows = [
                _without_target(row, reference) if row.values[reference.column] in lost else row
                for row in rows
            ]
    return rows


def _lost(run: Run, reference: Reference, rows: Sequence[MappedRow]) -> set[Any]:
    """The keys among those that ``rows`` refer to."""
    unreadable = run.unreadable.of_source(reference.target)
    if not unreadable and run.source.vendor not in INEXACT_VENDORS:
        return set()
    referenced = [row.values[reference.column] for row in rows]
    lost = {key for key in referenced if isinstance(key, int | str) and key in unreadable}
    target = run.destination.model.resources.get(reference.target)
    if lost and target is not None:
        lost -= run.destination.rows.by_key(target, list(lost), [target.key]).keys()
    # The destination may have a row under such a key, but it may be another one.
    return lost | {key for key in referenced if is_inexact_key(run.source, key)}


def _without_target(row: MappedRow, reference: Reference) -> MappedRow:
    if not reference.nullable:
        return row._replace(barred=(*row.barred, reference.column))
    values = {**row.values, reference.column: None}
    return row._replace(values=values, lost_targets=(*row.lost_targets, reference.column))
