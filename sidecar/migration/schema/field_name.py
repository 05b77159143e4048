"""The name of a field: its collection and its own name."""

from collections.abc import Mapping
from typing import Any

FieldName = tuple[str, str]


def field_name(row: Mapping[str, Any]) -> FieldName:
    """The name of the field that a row of a snapshot, a field or a relation, describes."""
    return row["collection"], row["field"]
