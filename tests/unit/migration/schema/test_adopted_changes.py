"""Columns and foreign keys without metadata are compared like those that have some."""

from dataclasses import replace
from typing import Any

from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.adopted_changes import AdoptedChange, adopted_changes
from tests.unit.migration.schema.snapshots import Row, field, instance_of, relation, snapshot
from tests.unit.migration.schema.test_snapshot import METADATA, TRACKED

TEXT = ("string", "character varying")
AMOUNT = ("decimal", "numeric", None)
PATH = "/fields/posts/a"
TAGS = {"collection": "tags", "schema": {"name": "tags"}, "meta": {}}
TAG_ID = field("id", ("integer", "integer", None, 32, 0, None), collection="tags")
TAG_ID["schema"]["is_primary_key"] = True


def adopted(shown: tuple[Any, ...], **schema: Any) -> Row:
    return {**field("a", shown, **schema), "meta": None}


def side(fields: list[Row], relations: list[Row] | None = None) -> Instance:
    relations = relations or []
    described = snapshot(
        "postgres",
        [row for row in fields if row["meta"]],
        [row for row in relations if row["meta"]],
    )
    all_fields = [*METADATA, TAG_ID, *fields]
    made = instance_of(described, collections=[TRACKED, TAGS], fields=all_fields)
    return replace(made, relations=tuple(relations))


def changes(before: Row, after: Row) -> tuple[AdoptedChange, ...]:
    return adopted_changes(side([after]), side([before])).changes


def test_equal_columns_do_not_change() -> None:
    row = adopted((*TEXT, 20, None, None, "it''s"), is_indexed=True)
    assert changes(row, row) == ()


def test_a_wider_column_its_default_and_its_index_follow() -> None:
    before = adopted((*TEXT, 20, None, None, None))
    after = adopted((*TEXT, 200, None, None, "it''s"), is_nullable=False, is_indexed=True)
    (change,) = changes(before, after)
    assert (change.label, change.path) == ("posts.a", PATH)
    wanted = {**after["schema"], "default_value": "it's"}
    assert change.body == {"type": "string", "schema": wanted}


def test_a_column_is_never_made_narrower() -> None:
    before, after = (adopted((*TEXT, length, None, None, None)) for length in (200, 20))
    found = adopted_changes(side([after]), side([before]))
    assert not found.changes
    assert found.wider_columns == {"posts.a"}


def test_the_digits_of_a_decimal_follow() -> None:
    before, after = (adopted((*AMOUNT, *size, None)) for size in ((6, 2), (12, 4)))
    (change,) = changes(before, after)
    assert change.body["type"] == "decimal"
    assert (change.body["schema"]["numeric_precision"], change.body["schema"]["numeric_scale"]) == (
        12,
        4,
    )


def test_a_column_that_directus_would_give_another_type_stays_and_is_named() -> None:
    before, after = (adopted(("json", "jsonb", None, None, None, it)) for it in (None, {"a": 1}))
    found = adopted_changes(side([after]), side([before]))
    assert not found.changes
    assert found.unalterable_columns == {"posts.a"}


def test_metadata_that_only_the_source_has_follows() -> None:
    before = adopted((*TEXT, 20, None, None, None))
    (change,) = changes(before, {**before, "meta": {"special": None, "note": "ours"}})
    assert change.body == {"meta": {"special": None, "note": "ours"}}


def test_a_counted_key_does_not_change() -> None:
    key = ("integer", "integer", None, 32, 0)
    before, after = (
        adopted((*key, default), is_primary_key=True, has_auto_increment=True)
        for default in ("nextval('a_seq'::regclass)", None)
    )
    assert changes(before, after) == ()


def foreign_key(on_delete: str) -> Row:
    schema = {
        "table": "posts",
        "column": "a",
        "on_delete": on_delete,
        "on_update": "NO ACTION",
        "constraint_name": f"named_{on_delete}",
    }
    return {**relation("posts", "a", "tags", schema), "meta": None}


def test_the_rules_of_a_foreign_key_follow() -> None:
    column = adopted(("integer", "integer", None, 32, 0, None), foreign_key_table="tags")
    source, destination = (side([column], [foreign_key(rule)]) for rule in ("CASCADE", "SET NULL"))
    (change,) = adopted_changes(source, destination).changes
    assert change.path == "/relations/posts/a"
    assert change.body["schema"]["on_delete"] == "CASCADE"
    assert change.body["schema"]["constraint_name"] == "named_SET NULL"
    assert adopted_changes(source, source).changes == ()
