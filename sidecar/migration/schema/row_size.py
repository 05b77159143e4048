"""Finds strings that do not fit side by side into one row of MySQL.

There they become texts, which MySQL stores outside of the row.
"""

from collections import defaultdict
from collections.abc import Iterable

from sidecar.directus.client import Row
from sidecar.migration.schema.dialects import declared_type
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.resources.data_model import TYPES_WITHOUT_COLUMN

# MySQL allows 65,535 bytes, and uses some itself.
MAX_ROW_BYTES = 65_000
BYTES_PER_CHARACTER = 4
LENGTH_BYTES = 2
# An upper limit for a column of any other type. A text takes only a pointer.
OTHER_COLUMN_BYTES = 16
# Parts of a column's schema that create an index. MySQL cannot index a whole text.
INDEXING = ("is_primary_key", "is_unique", "is_indexed", "foreign_key_table")


def oversized_strings(fields: Iterable[Row]) -> frozenset[FieldName]:
    """The fields of a snapshot that have to become texts: the longest ones that can."""
    tables: dict[str, list[Row]] = defaultdict(list)
    for field in fields:
        if field.get("schema") and field["type"] not in TYPES_WITHOUT_COLUMN:
            tables[field["collection"]].append(field)
    return frozenset(
        field_name(field) for columns in tables.values() for field in _oversized(columns)
    )


def _oversized(columns: list[Row]) -> list[Row]:
    oversized = []
    row_bytes = sum(map(_bytes, columns))
    for column in sorted(filter(_can_become_text, columns), key=_bytes, reverse=True):
        if row_bytes <= MAX_ROW_BYTES:
            break
        row_bytes -= _bytes(column) - OTHER_COLUMN_BYTES
        oversized.append(column)
    return oversized


def _bytes(column: Row) -> int:
    if declared_type(column) != "string":
        return OTHER_COLUMN_BYTES
    length: int = column["schema"].get("max_length") or 0
    return length * BYTES_PER_CHARACTER + LENGTH_BYTES


def _can_become_text(column: Row) -> bool:
    """MySQL allows neither a default nor an index for a text."""
    schema = column["schema"]
    has_default = schema.get("default_value") is not None
    is_indexed = any(schema.get(name) for name in INDEXING)
    return declared_type(column) == "string" and not has_default and not is_indexed
