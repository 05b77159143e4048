"""Relations that point elsewhere on the other side: by metadata, by foreign key, by many-to-any."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.conflicts import schema_conflicts
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
    ("here", "there"),
    [
        ([CATS], [CATS]),
        ([CATS], [ADOPTED]),
        ([TAGS], [NO_KEY]),
        ([ANY], [ANY]),
        ([CATS], []),
        ([], [CATS]),
    ],
)
def test_the_same_target_is_no_conflict_and_a_missing_relation_is_none(
    here: list[Any], there: list[Any]
) -> None:
    assert schema_conflicts(side(*here), side(*there), None) == []


@pytest.mark.parametrize(
    ("here", "there", "words"),
    [
        ([TAGS], [CATS], "to tags at the source and to cats at the destination"),
        ([TAGS], [ADOPTED], "to tags at the source and to cats at the destination"),
        (
            [ANY],
            [CATS],
            "to any collection (many-to-any) at the source and to cats at the destination",
        ),
        # What an earlier version left: the foreign key of old, and further rows of metadata.
        (
            [TAGS],
            [ADOPTED, NO_KEY, NO_KEY],
            "to tags at the source and to cats and tags at the destination",
        ),
    ],
)
def test_another_target_is_named_on_both_sides_with_what_to_do(
    here: list[Any], there: list[Any], words: str
) -> None:
    (finding,) = schema_conflicts(side(*here), side(*there), None)
    assert finding.code == "SCHEMA_CONFLICT"
    assert f"arts.cat points {words}" in finding.message
    assert "delete the field arts.cat at the destination" in finding.message


@pytest.mark.parametrize("collection", ["directus_users", "untracked"])
def test_relations_that_do_not_move_are_no_conflict(collection: str) -> None:
    here, there = (side(one, collection=collection) for one in (TAGS, CATS))
    assert schema_conflicts(here, there, None) == []
