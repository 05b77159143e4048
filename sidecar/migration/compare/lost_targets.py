"""Clears references to source rows that do not arrive: they or their keys cannot be read, or the
destination cannot hold them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.compare.existing_keys import existing_keys
from sidecar.migration.instance.precision import INEXACT_VENDORS, is_inexact_key
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Reference, Resource


def clear_lost_targets(run: Run, resource: Resource, rows: Sequence[MappedRow]) -> list[MappedRow]:
    """``rows``. A reference to such a row becomes null, or bars the row, unless the destination has
    its target. Reads only."""
    rows = list(rows)
    for reference in resource.references:
        if lost := lost_targets(run, reference, [row.values for row in rows]):
            rows = [
                _without_target(row, reference) if row.values[reference.column] in lost else row
                for row in rows
            ]
    return rows


def lost_targets(run: Run, reference: Reference, rows: Iterable[Row]) -> Collection[Any]:
    """The keys among those that ``rows`` refer to. Reads only."""
    unreadable = run.unreadable.of_source(reference.target)
    is_inexact = run.source.vendor in INEXACT_VENDORS
    if not (unreadable or is_inexact or run.refused.has_any(reference.target)):
        return set()
    values = (row.get(reference.column) for row in rows)
    referenced = {value for value in values if isinstance(value, int | float | str)}
    lost = (referenced & unreadable) | run.refused.among(reference.target, referenced)
    existing = existing_keys(run.destination, reference.target, sorted(map(str, lost)))
    # The destination may have a row under an inexact key, but it may be another one.
    inexact = {key for key in referenced if is_inexact_key(run.source, key)}
    return {key for key in lost if str(key) not in existing} | inexact


def _without_target(row: MappedRow, reference: Reference) -> MappedRow:
    if not reference.nullable:
        return row._replace(barred=(*row.barred, reference.column))
    values = {**row.values, reference.column: None}
    return row._replace(values=values, lost_targets=(*row.lost_targets, reference.column))
