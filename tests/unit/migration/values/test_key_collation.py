"""References to text keys of a MySQL source are spelled like the keys."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.values.key_collation import KeyCollation, fold
from sidecar.resources.base import ItemReference, Reference, Resource
from sidecar.resources.model import DataModel
from tests.unit.instances import Row, instance


def resource(name: str, key_type: str = "string", **more: Any) -> Resource:
    return Resource(name, "content", f"/items/{name}", "id", key_type, ("id",), **more)


TAGS, NUMBERS = resource("tags"), resource("numbers", "integer")
POSTS = resource(
    "posts",
    references=(Reference("tag", "tags"), Reference("number", "numbers")),
    item_references=(ItemReference("collection", "item"),),
)
# What MySQL answers, by the value that it is asked for.
STORED = {"CAFE": "Café", "café": "Café", "Straße": "STRASSE", "strasse": "STRASSE"}


class Lookups:
    """Reads rows by key like MySQL, and records the values of each request."""

    def __init__(self) -> None:
        self.values: list[list[str]] = []

    def by_key(
        self, target: Resource, values: Sequence[str], _fields: Sequence[str]
    ) -> dict[str, Any]:
        assert target is TAGS
        self.values.append(list(values))
        keys = {STORED[value] for value in values if value in STORED}
        return {key: {"id": key} for key in keys}


@pytest.fixture
def lookups() -> Lookups:
    return Lookups()


def collation(lookups: Any, source: str = "mysql", destination: str = "postgres") -> KeyCollation:
    model = DataModel({one.name: one for one in (TAGS, NUMBERS, POSTS)}, {})
    return KeyCollation(
        replace(instance("12.4.0", vendor=source), model=model, rows=lookups),
        instance("12.4.0", vendor=destination),
        POSTS,
    )


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("Café ", "cafe", True), ("Ünder", "under", True), ("a", "b", False), (" a", "a", False)],
)
def test_case_accents_and_trailing_spaces_do_not_count(one: str, other: str, is_same: bool) -> None:
    assert (fold(one) == fold(other)) == is_same


@pytest.mark.parametrize(("source", "destination"), [("sqlite", "mysql"), ("mysql", "mysql")])
def test_other_sources_and_equal_databases_are_not_asked(
    source: str, destination: str, lookups: Lookups
) -> None:
    rows = [{"tag": "CAFE"}]
    assert collation(lookups, source, destination).align_references(rows) is rows
    assert lookups.values == []


def test_a_reference_is_spelled_like_its_key(lookups: Lookups) -> None:
    rows: list[Row] = [{"tag": "CAFE", "title": "CAFE"}, {"tag": "café"}, {"tag": None}]
    assert collation(lookups).align_references(rows) == [
        {"tag": "Café", "title": "CAFE"},
        {"tag": "Café"},
        {"tag": None},
    ]
    assert lookups.values == [["CAFE", "café"]]


def test_an_item_reference_is_spelled_like_the_key_in_its_collection(lookups: Lookups) -> None:
    row = {"collection": "tags", "item": "CAFE"}
    assert collation(lookups).align_references([row]) == [{"collection": "tags", "item": "Café"}]


def test_a_reference_to_a_numeric_key_is_not_looked_up(lookups: Lookups) -> None:
    row = {"collection": "numbers", "item": "5", "number": "5"}
    assert collation(lookups).align_references([row]) == [row]
    assert lookups.values == []


def test_a_reference_that_points_to_no_row_stays_as_it_is(lookups: Lookups) -> None:
    assert collation(lookups).align_references([{"tag": "gone"}]) == [{"tag": "gone"}]
    assert lookups.values == [["gone"], ["gone"]]


def test_mysql_is_asked_for_one_value_where_folding_finds_no_key(lookups: Lookups) -> None:
    rows = [{"tag": "Straße"}]
    assert collation(lookups).align_references(rows) == [{"tag": "STRASSE"}]
    assert lookups.values == [["Straße"], ["Straße"]]


def test_a_spelling_is_looked_up_once(lookups: Lookups) -> None:
    known = collation(lookups)
    for _ in range(2):
        known.align_references([{"tag": "CAFE"}])
    assert lookups.values == [["CAFE"]]
