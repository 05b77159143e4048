"""Relations that point to different collections on the two sides are conflicts."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.conflicts import schema_conflicts
from sidecar.migration.schema.diff import SchemaDiff
from tests.unit.instances import instance

CATS = {"related_collection": "cats", "schema": {"foreign_key_table": "cats"}, "meta": {}}
TAGS = {"related_collection": "tags", "schema": {"foreign_key_table": "tags"}, "meta": {}}
NO_KEY: dict[str, Any] = {"related_collection": "tags", "schema": None, "meta": {}}
ADOPTED = {"related_collection": "cats", "schema": {"foreign_key_table": "cats"}, "meta": None}
ANY = {"related_collection": None, "schema": None, "meta": {"one_collection_field": "collection"}}


def side(*relations: dict[str, Any], collection: str = "arts") -> Instance:
    rows = tuple({"collection": collection, "field": "cat", **relation} for relation in relations)
    tables: list[dict[str, Any]] = [
        {"collection": "arts", "meta": {}, "schema": {}},
        {"collection": "untracked", "meta": None, "schema": {}},
    ]
    return replace(instance("12.4.0"), relations=rows, collections=tuple(tables))


@pytest.mark.parametrize(
    ("source", "destination"),
    [
        ([CATS], [CATS]),
        ([CATS], [ADOPTED]),
        ([TAGS], [NO_KEY]),
        ([ANY], [ANY]),
        ([CATS], []),
        ([], [CATS]),
    ],
)
def test_an_equal_target_and_a_missing_relation_are_no_conflict(
    source: list[Any], destination: list[Any]
) -> None:
    assert schema_conflicts(side(*source), side(*destination), None) == []


@pytest.mark.parametrize(
    ("source", "destination", "words"),
    [
        ([TAGS], [CATS], "to tags at the source and to cats at the destination"),
        ([TAGS], [ADOPTED], "to tags at the source and to cats at the destination"),
        (
            [ANY],
            [CATS],
            "to any collection (many-to-any) at the source and to cats at the destination",
        ),
        # Earlier versions of this module left the old foreign key and more rows of metadata.
        (
            [TAGS],
            [ADOPTED, NO_KEY, NO_KEY],
            "to tags at the source and to cats and tags at the destination",
        ),
    ],
)
def test_a_different_target_is_named_with_advice(
    source: list[Any], destination: list[Any], words: str
) -> None:
    (finding,) = schema_conflicts(side(*source), side(*destination), None)
    assert finding.code == "SCHEMA_CONFLICT"
    assert f"arts.cat points {words}" in finding.message
    assert "delete the field arts.cat at the destination" in finding.message


@pytest.mark.parametrize("collection", ["directus_users", "untracked"])
def test_a_relation_that_is_not_migrated_is_no_conflict(collection: str) -> None:
    source, destination = (side(one, collection=collection) for one in (TAGS, CATS))
    assert schema_conflicts(source, destination, None) == []


def test_what_the_sides_define_differently_is_one_finding() -> None:
    diff = SchemaDiff("hash", {}, conflicts=("posts", "tags.name"))
    (finding,) = schema_conflicts(side(), side(), diff)
    assert finding.message.startswith("posts, tags.name: the source and the destination define")
    assert schema_conflicts(side(), side(), SchemaDiff("hash", {})) == []
