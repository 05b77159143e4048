"""References that point at nothing are found where the destination gets a foreign key."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.instance.instance import Instance
from sidecar.migration.mapping.dangling import dangling_references, keys_by_target
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.mapping.row_mapper import RowMapper
from sidecar.migration.values.conversion import ValueCodecs
from sidecar.migration.values.key_collation import KeyCollation
from sidecar.resources.base import Reference, Resource
from tests.unit.memory import MemoryRows, Row, side

POSTS = Resource(
    "posts", "content", "/items/posts", "id", "integer", ("id", "tag"), (Reference("tag", "tags"),)
)
NOT_NULL = replace(POSTS, references=(Reference("tag", "tags", nullable=False),))
RELATION: Row = {"collection": "posts", "field": "tag", "related_collection": "tags", "meta": {}}
BY_METADATA, BY_FOREIGN_KEY = {**RELATION, "schema": None}, {**RELATION, "schema": {"on_delete": 1}}


class Incomparable(MemoryRows):
    """Rows of a database that cannot compare the column with the key."""

    def count_values(self, *_: Any) -> Any:
        raise DirectusRejected("integer = text", code="INTERNAL_SERVER_ERROR", status=500)


def posts(*relations: Row) -> Instance:
    """A side with two posts of tag 7 and one without."""
    rows = MemoryRows()
    rows.tables["posts"] = {key: {"id": key, "tag": tag} for key, tag in {1: 7, 2: 7}.items()}
    return replace(side(rows, POSTS), relations=relations)


def test_a_relation_without_a_foreign_key_is_asked_for_what_points_at_nothing() -> None:
    (found,) = dangling_references(posts(BY_METADATA), posts(), [POSTS])
    assert (found.collection, found.column, found.rows) == ("posts", "tag", 2)
    assert keys_by_target([found]) == {"tags": {7}}


def test_a_singleton_is_asked_too() -> None:
    (found,) = dangling_references(posts(BY_METADATA), posts(), [replace(POSTS, singleton=True)])
    assert (found.column, found.rows) == ("tag", 2)


@pytest.mark.parametrize(
    ("source", "destination"),
    [
        ([BY_FOREIGN_KEY], []),
        # A copy of the source has no foreign key either, and keeps such values.
        ([BY_METADATA], [BY_METADATA]),
        ([{**BY_METADATA, "meta": {"system": True}}], []),
    ],
)
def test_other_relations_are_not_asked(source: list[Row], destination: list[Row]) -> None:
    postgres = replace(posts(*source), vendor="postgres")
    assert dangling_references(postgres, posts(*destination), [POSTS]) == ()


@pytest.mark.parametrize("vendor", ["sqlite", "mysql"])
def test_a_foreign_key_that_can_be_switched_off_is_asked(vendor: str) -> None:
    source = replace(posts(BY_FOREIGN_KEY), vendor=vendor)
    (found,) = dangling_references(source, posts(), [POSTS])
    assert (found.column, found.rows) == ("tag", 2)
    assert dangling_references(source, posts(BY_METADATA), [POSTS]) == ()


def test_a_column_that_cannot_be_compared_with_the_key_has_none() -> None:
    source = replace(posts(BY_METADATA), rows=Incomparable())
    assert dangling_references(source, posts(), [POSTS]) == ()


@pytest.mark.parametrize(("resource", "barred"), [(POSTS, ()), (NOT_NULL, ("tag",))])
def test_what_points_at_nothing_becomes_null_or_costs_the_row(
    resource: Resource, barred: tuple[str, ...]
) -> None:
    both = posts(), posts()
    known = Identities({}, frozenset({"posts", "tags"}), dangling={"tags": frozenset({7})})
    mapper = RowMapper(resource, known, ValueCodecs(*both), KeyCollation(*both, resource))
    lost, kept = mapper.map_page([{"id": 1, "tag": 7}, {"id": 2, "tag": 8}])
    assert (lost.values["tag"], lost.cleared, lost.barred) == (None, (), barred)
    assert (kept.values["tag"], kept.barred) == (8, ())
