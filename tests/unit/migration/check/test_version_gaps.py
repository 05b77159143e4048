"""What only one of two versions has, and how much of it the source uses."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.check.version_gaps import (
    MissingColumn,
    UnknownProperty,
    columns_missing_at_destination,
    columns_missing_at_source,
    requires_item,
    system_resources,
    unknown_properties,
)
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import Filter
from sidecar.options import parts_of
from sidecar.resources.base import COMMENTS, FLOWS, TRANSLATIONS, Resource
from tests.unit.instances import column, instance
from tests.unit.memory import MemoryRows

OLD, NEW = "11.1.2", "12.4.0"
IS_SET = {"color": {"_nnull": True}}


class FilteredRows(MemoryRows):
    """Rows that keep the filters, and always count 4."""

    def __init__(self) -> None:
        super().__init__()
        self.filters: list[Filter | None] = []

    def count(self, resource: Resource, filter: Filter | None = None) -> int:
        self.filters.append(filter)
        return 4


def side(version: str, *columns: dict[str, Any], **snapshot: Any) -> Instance:
    keys = [column(name, "id", key=True) for name in (FLOWS, COMMENTS, TRANSLATIONS)]
    return replace(instance(version, *keys, *columns, **snapshot), rows=FilteredRows())


def color(default: Any = None, type: str = "string") -> dict[str, Any]:
    return {**column(FLOWS, "color", default=default), "type": type}


@pytest.mark.parametrize(
    ("field", "filter"),
    [
        (color(), IS_SET),
        (color("red"), {"_and": [IS_SET, {"color": {"_neq": "red"}}]}),
        (color("{}", "json"), IS_SET),
    ],
)
def test_a_column_that_the_destination_lacks_is_counted_where_it_is_not_the_default(
    field: dict[str, Any], filter: dict[str, Any]
) -> None:
    source = side(NEW, field)
    flows = source.model.resources[FLOWS]
    (missing,) = columns_missing_at_destination(flows, source, side(OLD))
    default = field["schema"]["default_value"]
    assert missing == MissingColumn(FLOWS, "color", default, used=4)
    assert missing.name == "directus_flows.color"
    assert isinstance(source.rows, FilteredRows)
    assert source.rows.filters == [filter]


def test_rows_that_directus_cannot_count_are_read() -> None:
    source = side(NEW, column(COMMENTS, "mood", default="calm"))
    rows = MemoryRows()
    moods = [None, "calm", "glad", "sad"]
    rows.tables[COMMENTS] = {n: {"id": n, "mood": mood} for n, mood in enumerate(moods)}
    source = replace(source, rows=rows)
    comments = source.model.resources[COMMENTS]
    (missing,) = columns_missing_at_destination(comments, source, side(OLD))
    assert missing.used == 2


def test_between_equal_versions_nothing_is_missing_and_nothing_is_counted() -> None:
    source, destination = side(NEW, color()), side(NEW)
    flows = source.model.resources[FLOWS]
    assert columns_missing_at_destination(flows, source, destination) == []
    assert columns_missing_at_source(flows, destination, source) == []


def test_columns_that_the_source_lacks_have_the_default_of_the_destination() -> None:
    own = column(FLOWS, "cost", system=False)
    destination = side(NEW, color("red"), own, fields=[own])
    source = side(OLD)
    flows = source.model.resources[FLOWS]
    assert columns_missing_at_source(flows, source, destination) == [
        MissingColumn(FLOWS, "color", "red")
    ]


def test_columns_that_never_travel_are_not_named() -> None:
    source = side(OLD)
    comments = source.model.resources[COMMENTS]
    destination = side(NEW, column(COMMENTS, "date_updated"))
    assert columns_missing_at_source(comments, source, destination) == []


@pytest.mark.parametrize(("value", "is_named"), [("blue", True), ("red", False), (None, False)])
def test_properties_are_named_when_they_are_not_the_default(value: Any, is_named: bool) -> None:
    field = {"collection": "posts", "field": "title", "meta": {"color": value}}
    table = {"collection": "posts", "meta": {}}
    known = column("directus_fields", "color", default="red")
    source = side(NEW, known, fields=[field], collections=[table])
    unknown = list(unknown_properties(source, side(OLD)))
    assert unknown == ([UnknownProperty("posts", "title", "color", value)] if is_named else [])
    assert list(unknown_properties(source, side(NEW))) == []


def test_a_property_belongs_to_a_field_or_to_a_collection() -> None:
    assert UnknownProperty("posts", "title", "color", "blue").owner == "posts.title"
    assert UnknownProperty("posts", None, "color", "blue").owner == "posts"


@pytest.mark.parametrize(
    ("at_source", "at_destination", "requires"),
    [(True, False, True), (True, True, False), (False, False, False)],
)
def test_an_item_is_required_where_only_the_source_allows_none(
    at_source: bool, at_destination: bool, requires: bool
) -> None:
    source = side(OLD, column(COMMENTS, "item", nullable=at_source))
    destination = side(NEW, column(COMMENTS, "item", nullable=at_destination))
    comments = source.model.resources[COMMENTS]
    assert requires_item(comments, source, destination) == requires


def test_only_system_collections_of_the_options_are_compared() -> None:
    posts = column("posts", "id", key=True, system=False)
    names = [resource.name for resource in system_resources(side(NEW, posts), parts_of(["flows"]))]
    assert sorted(names) == [FLOWS, TRANSLATIONS]
