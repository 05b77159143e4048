"""Clears references to source rows that do not arrive: they or their keys cannot be read, or the
destination cannot hold them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.instance.existing_keys import existing_keys
from sidecar.migration.instance.precision import INEXACT_VENDORS, is_inexact_key
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Reference, Resource


def clear_lost_targets(run: Run, resource: Resource, rows: Sequence[MappedRow]) -> list[MappedRow]:
    """``rows``. A reference to such a row becomes null, or bars the row, unless the destination has
    its target. Reads only."""
    found = lost_references(run, resource.references, [row.values for row in rows])
    return [
        _without_targets(row, lost) if lost else row for row, lost in zip(rows, found, strict=True)
    ]


def lost_references(
    run: Run, references: Iterable[Reference], rows: Sequence[Row]
) -> list[list[Reference]]:
    """Of each of ``rows`` those of ``references`` that point at such a row. Reads only."""
    lost = [(one, keys) for one in references if (keys := _lost_targets(run, one, rows))]
    return [[one for one, keys in lost if row.get(one.column) in keys] for row in rows]


def without_later_losses(
    run: Run, row: MappedRow, source: Row, inside: Collection[str]
) -> MappedRow:
    """A row that the destination does not have. If it cannot be written for a reason of its own,
    nobody looks again at its references ``inside`` of its group: a real run does not know in time
    which of their targets do not arrive."""
    if row.is_writable:
        return row
    late = {column for column in inside if is_known_late(run, row, column, source[column])}
    own = tuple(column for column in row.barred if column not in late)
    if not (own or row.unsupported_values):
        return row
    return row._replace(barred=own)


def is_known_late(run: Run, row: MappedRow, column: str, target: Any) -> bool:
    """Whether the reference to ``target`` can turn out to be lost. That of a reference without a
    counterpart, or with a key that is not exact, is known at once."""
    has_counterpart = column in row.lost_targets or row.values[column] is not None
    return has_counterpart and not is_inexact_key(run.source, target)


def _lost_targets(run: Run, reference: Reference, rows: Iterable[Row]) -> Collection[Any]:
    """The keys among those that ``rows`` refer to."""
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


def _without_targets(row: MappedRow, references: Iterable[Reference]) -> MappedRow:
    cleared = [one.column for one in references if one.nullable]
    barred = [one.column for one in references if not one.nullable]
    return row._replace(
        values={**row.values, **dict.fromkeys(cleared)},
        barred=(*row.barred, *barred),
        lost_targets=(*row.lost_targets, *cleared),
    )
