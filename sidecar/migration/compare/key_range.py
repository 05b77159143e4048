"""Rejects rows whose key is a number that is not exact, or that the destination's primary key
cannot hold.

Outside PostgreSQL, Directus rounds keys beyond 2^53: they may be those of other rows. It does not
change the type of a primary key, and answers a request for such a key with an error.
"""

from sidecar.migration.instance.precision import is_inexact_key
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.plan.run import Run
from sidecar.migration.values.number_ranges import MAX_INTEGER, MIN_INTEGER
from sidecar.resources.base import Resource
from sidecar.resources.vendors import SQLITE

INEXACT = (
    "is beyond 2^53, where Directus rounds keys on the source's database, so it may be another one"
)
OUT_OF_RANGE = "is outside of the range of the destination's primary key, which is an integer"


def reject_inexact_keys(run: Run, resource: Resource, rows: list[MappedRow]) -> list[MappedRow]:
    """``rows``. A row becomes unsupported, and has no key at the destination, when the source does
    not show its key exactly."""
    return [
        _without_key(resource, row, INEXACT) if is_inexact_key(run.source, row.source_key) else row
        for row in rows
    ]


def reject_large_keys(run: Run, resource: Resource, rows: list[MappedRow]) -> list[MappedRow]:
    """``rows``. A row becomes unsupported, and has no key at the destination, when the key does
    not fit."""
    existing = run.plan.destination.model.resources.get(resource.name)
    if existing is None or run.destination.vendor == SQLITE:
        return rows
    if (resource.key_type, existing.key_type) != ("bigInteger", "integer"):
        return rows
    return [row if _fits(row.key) else _without_key(resource, row, OUT_OF_RANGE) for row in rows]


def _fits(key: object) -> bool:
    return key is None or MIN_INTEGER <= int(str(key)) <= MAX_INTEGER


def _without_key(resource: Resource, row: MappedRow, reason: str) -> MappedRow:
    return row._replace(
        key=None, unsupported_values={**row.unsupported_values, resource.key: reason}
    )
