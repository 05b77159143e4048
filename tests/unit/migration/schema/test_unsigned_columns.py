"""Keys that MySQL counts, and columns that point at them, become unsigned."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.schema.unsigned_columns import unsigned_columns
from sidecar.resources.base import Resource
from tests.unit.memory import MemoryRows, side

POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id", "parent"))


def field(name: str, data_type: str, table: str, **schema: Any) -> dict[str, Any]:
    described = {"data_type": data_type, **schema}
    return {"collection": table, "field": name, "type": "integer", "schema": described}


def made(vendor: str, key: str, relation: bool = True, table: str = "posts") -> dict[str, Any]:
    """The data types that become others, by column."""
    fields = [
        field("id", key, table, is_primary_key=True, has_auto_increment=True),
        field("parent", "int", table),
    ]
    relations = [{"collection": table, "field": "parent", "related_collection": table}]
    collections = [{"collection": table, "schema": {}, "meta": {}}]
    source = replace(
        side(MemoryRows(), POSTS),
        vendor=vendor,
        collections=tuple(collections),
        fields=tuple(fields),
        relations=tuple(relations if relation else ()),
    )
    unsigned = unsigned_columns(source)
    return {
        row["field"]: after["schema"]["data_type"]
        for row in fields
        if (table, row["field"]) in unsigned
        for after, findings in [unsigned[table, row["field"]].made(row)]
        if findings
    }


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("int", {"id": "int unsigned", "parent": "int unsigned"}),
        # A relation without a foreign key gets one.
        ("int unsigned", {"parent": "int unsigned"}),
        ("smallint", {"id": "int unsigned", "parent": "int unsigned"}),
        # What points at such a key stays as it is.
        ("bigint", {"id": "bigint unsigned"}),
    ],
)
def test_what_becomes_unsigned_is_named(key: str, expected: dict[str, str]) -> None:
    assert made("mysql", key) == expected


def test_what_points_at_a_table_that_directus_cannot_show_stays_as_it_is() -> None:
    assert made("mysql", "int", table="po.sts") == {"id": "int unsigned"}


def test_other_databases_have_no_unsigned_columns() -> None:
    assert made("postgres", "integer") == {}


def test_a_column_that_points_at_nothing_stays_as_it_is() -> None:
    assert made("mysql", "int", relation=False) == {"id": "int unsigned"}
