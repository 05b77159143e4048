"""A snapshot has nothing that Directus cannot create, and what it lacks is named."""

from typing import Any

from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.lost_relations import (
    added_foreign_keys,
    lost_relations,
    without_uncreatable,
)
from tests.unit.migration.schema.snapshots import Row, instance_of, relation, snapshot, string

TO_KEY = {"foreign_key_table": "tags", "foreign_key_column": "id"}
TO_CODE = {"foreign_key_table": "tags", "foreign_key_column": "code"}


def tracked(name: str) -> Row:
    return {"collection": name, "schema": {"name": name}, "meta": {}}


def key(collection: str) -> Row:
    return string("id", collection=collection, is_primary_key=True)


FIELDS = [
    key("posts"),
    string("by_key"),
    string("by_code"),
    key("tags"),
    string("code", collection="tags"),
    string("note", collection="views"),
]
BY_KEY = relation("posts", "by_key", "tags", TO_KEY)
BY_CODE = relation("posts", "by_code", "tags", TO_CODE)


def side(relations: list[Row], fields: list[Row] = FIELDS, *tables: str) -> Instance:
    collections = [tracked(name) for name in tables or ("posts", "tags", "views")]
    described = snapshot("sqlite", fields, relations, collections=collections)
    return instance_of(described, collections=collections)


NOTHING = side([], [], "own")
SOURCE = side([BY_KEY, BY_CODE])


def creatable(desired: list[Row], destination: Instance = NOTHING) -> Any:
    snapshot_of_source = {**SOURCE.snapshot, "relations": desired}
    return without_uncreatable(snapshot_of_source, SOURCE, destination, destination.snapshot)


def test_a_relation_to_another_column_than_the_key_is_left_out_and_named() -> None:
    assert creatable([BY_KEY, BY_CODE])["relations"] == [BY_KEY]
    (named,) = lost_relations(SOURCE, NOTHING).items()
    assert named == (
        ("posts", "by_code"),
        "it points to tags.code, which is not the primary key there",
    )


def test_a_relation_that_the_destination_has_stays_as_it_is_there() -> None:
    existing = {**BY_CODE, "meta": {"note": "own"}}
    destination = side([existing])
    assert creatable([BY_KEY, BY_CODE], destination)["relations"] == [BY_KEY, existing]
    assert lost_relations(SOURCE, destination) == {}


def test_a_relation_of_a_column_that_is_not_migrated_is_left_out() -> None:
    assert creatable([{**BY_KEY, "field": "unknown_type"}])["relations"] == []


def test_a_field_has_one_relation() -> None:
    assert creatable([BY_KEY, {**BY_KEY, "meta": None}])["relations"] == [BY_KEY]


def test_a_table_without_a_key_is_created_only_by_hand() -> None:
    made = creatable([])
    assert [row["collection"] for row in made["collections"]] == ["posts", "tags"]
    assert {row["collection"] for row in made["fields"]} == {"posts", "tags"}
    by_hand = creatable([], side([]))
    assert [row["collection"] for row in by_hand["collections"]] == ["posts", "tags", "views"]


def test_a_relation_without_a_foreign_key_gets_one_unless_the_destination_has_none_either() -> None:
    known = {**relation("posts", "by_key", "tags"), "meta": {}}
    to_any = {**relation("posts", "note", ""), "related_collection": None, "meta": {}}
    source = side([known, to_any, BY_CODE])
    assert added_foreign_keys(source, NOTHING) == [("posts", "by_key")]
    assert added_foreign_keys(source, side([BY_KEY])) == [("posts", "by_key")]
    assert added_foreign_keys(source, side([known])) == []
    assert added_foreign_keys(side([BY_KEY]), NOTHING) == []


def test_what_is_inside_of_a_table_that_is_not_created_leaves_it() -> None:
    inside = {**tracked("posts"), "meta": {"group": "views"}}
    desired = {**SOURCE.snapshot, "collections": [tracked("views"), inside]}
    (made,) = without_uncreatable(desired, SOURCE, NOTHING, NOTHING.snapshot)["collections"]
    assert (made["collection"], made["meta"]) == ("posts", {"group": None})
