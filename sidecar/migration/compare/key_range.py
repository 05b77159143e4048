"""Rejects rows whose key is a number that is not exact, or that the destination's primary key
cannot hold.

Outside PostgreSQL, Directus rounds keys beyond 2^53: they may be those of other rows. It does not
change the type of a primary key, and answers a request for such a key with an error.
"""

from sidecar.migration.instance.instance import Instance
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
INTEGERS = frozenset({"integer", "bigInteger"})
# Data types of keys that Directus also calls integer, with more than 31 bits. SQLite has only one.
WIDE_KEYS = {
    "bigint": range(-(2**63), 2**63),
    "bigint unsigned": range(2**64),
    "int unsigned": range(2**32),
}
INTEGER = range(MIN_INTEGER, MAX_INTEGER + 1)


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
    if not {resource.key_type, existing.key_type} <= INTEGERS:
        return rows
    data_type, wanted = (_data_type(side, resource) for side in (run.plan.destination, run.source))
    if existing.key_type == "bigInteger" or data_type == wanted:
        return rows
    fitting = WIDE_KEYS.get(data_type, INTEGER)
    return [
        row
        if row.key is None or int(str(row.key)) in fitting
        else _without_key(resource, row, OUT_OF_RANGE)
        for row in rows
    ]


def _data_type(side: Instance, resource: Resource) -> str:
    column = side.model.columns.get(resource.name, {}).get(resource.key)
    return column.data_type if column else ""


def _without_key(resource: Resource, row: MappedRow, reason: str) -> MappedRow:
    return row._replace(
        key=None, unsupported_values={**row.unsupported_values, resource.key: reason}
    )
