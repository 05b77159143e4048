"""A collection that cannot be migrated as a whole is left out by name, and the others are not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from sidecar.errors import DirectusRejected
from sidecar.migration.check.exclusions import exclusion_findings, with_exclusions
from sidecar.migration.instance.counting import count_all
from sidecar.migration.instance.instance import Instance
from sidecar.migration.request import MigrationRequest
from sidecar.resources.base import Resource
from sidecar.resources.data_model import build_data_model
from tests.unit.instances import column, instance

Row = dict[str, Any]
BROKEN = DirectusRejected("select … - no handler", code="INTERNAL_SERVER_ERROR", status=500)
REFERENCE = column("posts", "shelf", system=False)
RELATION: Row = {
    "collection": "posts",
    "field": "shelf",
    "related_collection": "shelves",
    "schema": None,
    "meta": {},
}


class Counts:
    """Knows how many rows each collection has, or what Directus answers."""

    def __init__(self, answers: dict[str, list[int | DirectusRejected]]) -> None:
        self.answers = answers

    def count(self, resource: Resource) -> int:
        answer = self.answers[resource.name].pop(0)
        if isinstance(answer, DirectusRejected):
            raise answer
        return answer

    def pages(self, resource: Resource, fields: list[str]) -> Iterator[list[Row]]:
        if "?" in resource.name:
            raise BROKEN
        yield [dict.fromkeys(fields, 1)]


def table(name: str, meta: Row | None) -> Row:
    return {"collection": name, "meta": meta, "schema": {"name": name}}


def side(*tables: Row, relations: tuple[Row, ...] = (), **answers: Any) -> Instance:
    """A side with these collections, each with a key, and with answers to their counts."""
    keys = [column(row["collection"], "id", key=True, system=False) for row in tables]
    fields = (*keys, REFERENCE)
    tracked = [row for row in tables if row["meta"] is not None]
    made = instance("11.17.4", *fields, tables=tables, collections=tracked, relations=[*relations])
    return replace(
        made,
        collections=tables,
        relations=relations,
        rows=cast(Any, Counts(answers)),
        model=build_data_model(tables, fields, relations),
    )


def both(source: Instance, destination: Instance) -> tuple[Instance, Instance]:
    return with_exclusions(source, destination, MigrationRequest())


def codes(source: Instance) -> dict[str, str]:
    return {
        finding.message.partition(":")[0]: finding.code for finding in exclusion_findings(source)
    }


def test_a_table_that_the_destination_does_not_track_is_left_to_its_owner() -> None:
    source = side(
        table("shelves", {}), table("posts", {"group": "shelves"}), relations=(RELATION,), posts=[3]
    )
    reduced, _ = both(source, side(table("shelves", None), posts=[]))
    assert codes(reduced) == {"shelves": "SCHEMA_REFUSED"}
    assert reduced.model.resources.keys() == {"posts"}
    assert [row["collection"] for row in reduced.snapshot["collections"]] == ["posts"]
    assert reduced.snapshot["collections"][0]["meta"]["group"] is None
    assert reduced.snapshot["relations"] == []
    assert reduced.excluded_relations == {("posts", "shelf"): "shelves"}
    # Its values are no references any more, so they are neither mapped nor cleared.
    assert reduced.model.resources["posts"].references == ()
    assert "shelf" in reduced.model.resources["posts"].columns


def test_a_table_that_neither_side_tracks_is_nothing_to_leave_out() -> None:
    reduced, _ = both(side(table("raw", None)), side(table("raw", None)))
    assert codes(reduced) == {}


def test_a_table_that_either_side_cannot_count_is_left_out() -> None:
    names = ("mine", "theirs", "good")
    tables = [table(name, {}) for name in names]
    source = side(*tables, mine=[BROKEN, BROKEN], theirs=[1], good=[2])
    destination = side(*tables, mine=[1], theirs=[BROKEN, BROKEN], good=[0])
    reduced, target = both(source, destination)
    assert codes(reduced) == {"mine": "UNREADABLE_TABLE", "theirs": "UNREADABLE_TABLE"}
    assert "The source's Directus" in reduced.excluded["mine"].message
    assert "(no handler)" in reduced.excluded["mine"].message
    assert "The destination's Directus" in reduced.excluded["theirs"].message
    # What was counted is not counted again.
    assert count_all(reduced, reduced.model.resources) == {"good": 2}
    assert count_all(target, reduced.model.resources) == {"good": 0}


def test_a_table_that_can_be_counted_and_not_read_because_of_its_name_is_left_out() -> None:
    tables = table("a?b", {}), table("a#b/c", {})
    counts: dict[str, Any] = {"a?b": [1], "a#b/c": [2]}
    reduced, _ = both(side(*tables, **counts), side())
    assert codes(reduced) == {"a?b": "UNREADABLE_TABLE"}
    assert dict(reduced.counts) == {"a#b/c": 2}


def test_a_passing_failure_costs_nothing() -> None:
    reduced, _ = both(side(table("good", {}), good=[BROKEN, 5]), side())
    assert (codes(reduced), dict(reduced.counts)) == ({}, {"good": 5})


def test_rows_that_do_not_move_are_not_counted() -> None:
    source = side(table("good", {}))
    assert with_exclusions(source, side(), MigrationRequest(options=("users",)))[0] == source
