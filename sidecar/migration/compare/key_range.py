"""Rejects rows whose key is a number that the destination's primary key cannot hold.

Directus does not change the type of a primary key, and answers a request for such a key with an
error.
"""

from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.plan.run import Run
from sidecar.migration.values.number_ranges import MAX_INTEGER, MIN_INTEGER
from sidecar.resources.base import Resource
from sidecar.resources.vendors import SQLITE

OUT_OF_RANGE = "is outside of the range of the destination's primary key, which is an integer"


def reject_large_keys(run: Run, resource: Resource, rows: list[MappedRow]) -> list[MappedRow]:
    """``rows``. A row becomes unsupported, and has no key at the destination, when the key does
    not fit."""
    existing = run.plan.destination.model.resources.get(resource.name)
    if existing is None or run.destination.vendor == SQLITE:
        return rows
    if (resource.key_type, existing.key_type) != ("bigInteger", "integer"):
        return rows
    return [row if _fits(row.key) else _without_key(resource, row) for row in rows]


def _fits(key: object) -> bool:
    return key is None or MIN_INTEGER <= int(str(key)) <= MAX_INTEGER


def _without_key(resource: Resource, row: MappedRow) -> MappedRow:
    return row._replace(
        key=None, unsupported_values={**row.unsupported_values, resource.key: OUT_OF_RANGE}
    )
