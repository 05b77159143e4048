"""Relations that Directus cannot create are found, and their values are plain ones."""

from typing import Any

import pytest

from sidecar.resources.base import Reference
from sidecar.resources.data_model import build_data_model
from sidecar.resources.plain_relations import plain_relations

Row = dict[str, Any]


def table(name: str, *, tracked: bool = True) -> Row:
    return {"collection": name, "schema": {"name": name}, "meta": {} if tracked else None}


def column(collection: str, name: str, *, key: bool = False, is_known: bool = True) -> Row:
    schema = {"is_primary_key": key, "is_nullable": not key}
    field_type = "string" if is_known else "unknown"
    return {"collection": collection, "field": name, "type": field_type, "schema": schema}


def relation(target: str, to: str | None = "id", *, field: str = "to", **changes: Any) -> Row:
    schema = {"foreign_key_table": target, "foreign_key_column": to}
    row = {"collection": "posts", "field": field, "related_collection": target, "meta": None}
    return {**row, "schema": schema, **changes}


TABLES = [
    table("posts"),
    table("tags"),
    table("pairs"),
    table("logs", tracked=False),
    {"collection": "folder", "schema": None, "meta": {}},
]
COLUMNS = [
    column("posts", "id", key=True),
    column("posts", "to"),
    column("tags", "id", key=True),
    column("tags", "code"),
    column("pairs", "one", key=True),
    column("pairs", "other", key=True),
    column("logs", "id", key=True),
]
METADATA: Row = {"schema": None, "meta": {}}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([relation("tags")], None),
        # SQLite does not name the primary key, and a relation may be known to Directus only.
        ([relation("tags", None)], None),
        ([relation("tags", **METADATA)], None),
        # Two foreign keys, of which one is the one that Directus creates.
        ([relation("tags", "code"), relation("tags")], None),
        ([relation("tags", "code")], "tags.code, which is not the primary key"),
        ([relation("logs")], "logs, which Directus does not track"),
        ([relation("folder", **METADATA)], "folder, and there is no such table"),
        ([relation("gone", **METADATA)], "gone, and there is no such table"),
        ([relation("pairs", "one")], "pairs, which has no primary key of one column"),
        ([relation("tags"), relation("posts", **METADATA)], "posts and tags at the same time"),
        ([relation("tags", field="id")], "itself the primary key"),
        ([relation("tags", field="dropped", **METADATA)], "no column in the database"),
    ],
)
def test_a_relation_that_directus_cannot_create_is_told_with_its_reason(
    rows: list[Row], reason: str | None
) -> None:
    reasons = [one.reason for one in plain_relations(TABLES, COLUMNS, rows).values()]
    assert bool(reasons) == (reason is not None)
    assert not reason or reason in reasons[0]


def test_relations_of_directus_itself_and_to_any_collection_are_left_alone() -> None:
    own = relation("logs", meta={"system": True})
    any_to_many = relation("tags", related_collection=None, schema=None, meta={})
    assert plain_relations(TABLES, COLUMNS, [own, any_to_many]) == {}


def test_only_a_reference_by_primary_key_is_a_reference() -> None:
    def posts(row: Row) -> Any:
        return build_data_model(TABLES, COLUMNS, [row]).resources["posts"]

    by_key, by_code = posts(relation("tags")), posts(relation("tags", "code"))
    assert (by_key.references, by_key.foreign_keys) == ((Reference("to", "tags"),), ())
    assert (by_code.references, by_code.foreign_keys) == ((), (Reference("to", "tags"),))
    assert posts(relation("gone", **METADATA)).foreign_keys == ()


def test_a_table_without_a_key_of_one_known_column_is_no_resource() -> None:
    tables = [*TABLES, table("odd"), {**table("off"), "meta": {"status": "inactive"}}]
    model = build_data_model(tables, [*COLUMNS, column("odd", "id", key=True, is_known=False)], [])
    assert model.resources.keys() == {"posts", "tags"}
    assert model.keyless == {"odd", "pairs"}
