"""A column that may not be empty cannot come to a table that has rows."""

from typing import Any

import pytest

from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.refused_columns import refused_columns

Row = dict[str, Any]
REQUIRED: Row = {"is_nullable": False, "default_value": None}


def foreseen(schema: Row | None, rows: int, vendor: str = "postgres") -> list[str | None]:
    """The refused fields, where a field of this schema comes to a table with so many rows."""
    field = {"field": "code", "type": "string", "schema": schema}
    entry = {"collection": "posts", "field": "code", "diff": [{"kind": "N", "rhs": field}]}
    edited = {"collection": "posts", "field": "old", "diff": [{"kind": "E", "path": ["type"]}]}
    diff = SchemaDiff("h", {"fields": [entry, edited]})
    refused = refused_columns(diff, {"posts": rows}, vendor)
    assert all(change.is_new for change in refused)
    return [refusal.field for refusal in refused.values()]


def test_it_is_refused_where_there_are_rows() -> None:
    assert foreseen(REQUIRED, 1) == ["code"]
    assert foreseen(REQUIRED, 0) == []
    # MySQL gives the rows a value of its own.
    assert foreseen(REQUIRED, 1, "mysql") == []


@pytest.mark.parametrize(
    "schema",
    [
        {**REQUIRED, "is_nullable": True},
        {**REQUIRED, "default_value": ""},
        {**REQUIRED, "has_auto_increment": True},
        None,
    ],
)
def test_other_columns_are_tried(schema: Row | None) -> None:
    assert foreseen(schema, 1) == []
