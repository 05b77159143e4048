"""Strings that do not fit beside each other into one row of MySQL, and become texts there, which
lie elsewhere."""

from collections import defaultdict
from collections.abc import Iterable

from sidecar.directus.client import Row
from sidecar.migration.schema.dialects import meaning_of
from sidecar.resources.data_model import TYPES_WITHOUT_COLUMN

# 65,535 with what MySQL needs itself.
MAX_BYTES = 65_000
BYTES_PER_CHARACTER = 4
LENGTH_BYTES = 2
# More than any other column takes, a text among them.
OTHER_BYTES = 16
# MySQL has no index of whole texts.
IN_AN_INDEX = ("is_primary_key", "is_unique", "is_indexed", "foreign_key_table")


def crowded_out(fields: Iterable[Row]) -> frozenset[tuple[str, str]]:
    """The (collection, field) pairs of ``fields``, of a snapshot, that have to go: the longest that
    can."""
    tables = defaultdict(list)
    for row in fields:
        if row.get("schema") and row["type"] not in TYPES_WITHOUT_COLUMN:
            tables[row["collection"]].append(row)
    return frozenset(
        (name, row["field"]) for name, rows in tables.items() for row in _crowded_out(rows)
    )


def _crowded_out(rows: list[Row]) -> list[Row]:
    gone = []
    total = sum(map(_bytes, rows))
    for row in sorted(filter(_may_go, rows), key=_bytes, reverse=True):
        if total <= MAX_BYTES:
            break
        total -= _bytes(row) - OTHER_BYTES
        gone.append(row)
    return gone


def _bytes(row: Row) -> int:
    length: int = row["schema"].get("max_length") or 0
    return (
        length * BYTES_PER_CHARACTER + LENGTH_BYTES if meaning_of(row) == "string" else OTHER_BYTES
    )


def _may_go(row: Row) -> bool:
    # A text has no default there.
    schema = row["schema"]
    free = schema.get("default_value") is None and not any(schema.get(name) for name in IN_AN_INDEX)
    return free and meaning_of(row) == "string"
