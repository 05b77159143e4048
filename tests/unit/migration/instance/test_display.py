"""Values that the database holds otherwise than Directus shows are found by a few requests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from sidecar.directus.unreadable_rows import Unreadable
from sidecar.errors import DirectusRejected
from sidecar.migration.instance.display import (
    ROWS_PER_FILTER,
    SAMPLE_ROWS,
    has_inexact_number,
    look_for_losses,
)
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.rows import Filter
from sidecar.migration.instance.selected_rows import SelectedRows
from sidecar.resources.base import COMMENTS, FILES, USERS, Resource
from sidecar.resources.display_losses import INEXACT, NOT_SHOWN
from tests.unit.instances import column, instance

Row = dict[str, Any]
AT = "2024-05-06T07:08:09"


@dataclass
class Rows:
    """A table: ``stored`` by key, and ``shown`` as Directus shows it. Only what is asked here."""

    stored: dict[Any, Row]
    shown: dict[Any, Row] = field(default_factory=dict)
    asked: list[Filter] = field(default_factory=list)
    refused: str = "none"

    def pages(
        self,
        resource: Resource,
        fields: Sequence[str],
        filter: Filter | None = None,
        unreadable: Unreadable | None = None,
    ) -> Iterator[list[Row]]:
        keys = [key for key in self.stored if filter is None or key > filter["id"]["_gt"]]
        yield [{"id": key, **self.stored[key], **self.shown.get(key, {})} for key in keys]

    def by_key(
        self,
        resource: Resource,
        keys: Sequence[Any],
        fields: Sequence[str],
        unreadable: Unreadable | None = None,
    ) -> dict[Any, Row]:
        return {key: {"id": key, **self.stored[key], **self.shown.get(key, {})} for key in keys}

    def count(self, resource: Resource, filter: Filter) -> int:
        self.asked.append(filter)
        if self.refused in str(filter):
            raise DirectusRejected("No.", code="INVALID_QUERY", status=400)
        rows = [{"id": key, **row} for key, row in self.stored.items()]
        return sum(matches(row, filter) for row in rows)

    def extremes(self, resource: Resource, columns: Sequence[str]) -> dict[str, tuple[Any, Any]]:
        return {"id": (min(self.stored), max(self.stored))}


def matches(row: Row, filter: Filter) -> bool:
    """Whether a database finds ``row`` by ``filter``."""
    ((name, asked),) = filter.items()
    if name == "_and":
        return all(matches(row, one) for one in asked)
    if name == "_or":
        return any(matches(row, one) for one in asked)
    ((operator, value),) = asked.items()
    return row[name] is None if operator == "_null" else row[name] in value


def side(rows: Rows, vendor: str = "postgres", **types: str) -> tuple[Instance, Resource]:
    """A source with one collection, whose columns have these types."""
    columns = [
        {**column("things", name, key=name == "id", system=False), "type": kind}
        for name, kind in {"id": "integer", **types}.items()
    ]
    table = {"collection": "things", "meta": {}, "schema": {"name": "things"}}
    described = instance("11.17.4", *columns, vendor=vendor, tables=[table])
    made = replace(described, rows=cast(Any, rows))
    return made, made.model.resources["things"]


def system_side(
    name: str, rows: Rows, vendor: str = "postgres", **types: str
) -> tuple[Instance, Resource]:
    """The same of a system collection. All of ``types`` are columns of Directus."""
    columns = [
        {**column(name, field, key=field == "id"), "type": kind}
        for field, kind in {"id": "integer", **types}.items()
    ]
    made = replace(instance("11.17.4", *columns, vendor=vendor), rows=cast(Any, rows))
    return made, made.model.resources[name]


def losses(rows: Rows, vendor: str = "postgres", **types: str) -> dict[tuple[str, str], int]:
    source, resource = side(rows, vendor, **types)
    sample = look_for_losses(source, resource, len(rows.stored))
    return {(name, loss.code): count for (name, loss), count in sample.losses.items()}


def test_nothing_is_asked_of_columns_that_lose_nothing_and_of_empty_collections() -> None:
    rows = Rows({1: {"name": "a"}})
    assert losses(rows, name="string") == {}
    assert losses(Rows({}), at="dateTime") == {}
    assert rows.asked == []


def test_one_request_tells_that_all_rows_hold_what_is_shown() -> None:
    rows = Rows({1: {"at": AT, "doc": None}, 2: {"at": None, "doc": [1]}})
    assert losses(rows, at="dateTime", doc="json") == {}
    assert len(rows.asked) == 1


def test_rows_that_hold_something_else_are_counted_by_column() -> None:
    rows = Rows(
        {
            1: {"at": f"{AT}.5", "doc": "null", "weight": "NaN"},
            2: {"at": f"{AT}.7", "doc": None, "weight": 1.5},
            3: {"at": AT, "doc": {}, "weight": None},
        },
        {1: {"at": AT, "doc": None, "weight": None}, 2: {"at": AT}},
    )
    assert losses(rows, at="dateTime", doc="json", weight="float") == {
        ("at", NOT_SHOWN): 2,
        ("doc", NOT_SHOWN): 1,
        ("weight", NOT_SHOWN): 1,
    }


def test_numbers_in_documents_tell_by_themselves() -> None:
    rows = Rows({1: {"doc": {"n": [2**60]}}, 2: {"doc": {"n": 0.5}}, 3: {"doc": "2.0"}})
    assert losses(rows, doc="json") == {("doc", INEXACT): 1}


def test_a_column_that_directus_does_not_filter_by_does_not_stop_the_others() -> None:
    rows = Rows({1: {"at": f"{AT}.5", "odd": AT}}, {1: {"at": AT}}, refused="'odd'")
    assert losses(rows, at="dateTime", odd="dateTime") == {("at", NOT_SHOWN): 1}


def test_what_is_no_date_is_not_asked_for() -> None:
    rows = Rows({1: {"at": "infinity"}, 2: {"at": AT}}, {1: {"at": "NaN-NaN-NaN"}})
    assert losses(rows, at="dateTime") == {}
    assert "NaN" not in str(rows.asked)


def test_keys_that_a_filter_reads_as_something_else_are_left_out() -> None:
    rows = Rows({"null": {"at": f"{AT}.5"}, "$NOW": {"at": f"{AT}.5"}, "a": {"at": AT}})
    source, resource = side(rows, at="dateTime")
    sample = look_for_losses(source, replace(resource, key_type="string"), 3)
    assert (sample.rows, sample.losses) == (1, {})


def test_of_a_large_collection_both_ends_are_looked_at() -> None:
    size = 3 * SAMPLE_ROWS
    rows = Rows(
        {key: {"at": f"{AT}.5" if key > size - 10 else AT} for key in range(size)},
        {key: {"at": AT} for key in range(size)},
    )
    source, resource = side(rows, at="dateTime")
    sample = look_for_losses(source, resource, size)
    assert sample.rows == SAMPLE_ROWS
    assert list(sample.losses.values()) == [9]


def test_a_sample_of_a_selection_is_asked_as_often_as_one_of_all_rows() -> None:
    size = 3 * SAMPLE_ROWS
    rows = Rows({f"{key:04}": {"at": AT} for key in range(size)})
    source, resource = side(rows, at="dateTime")
    resource = replace(resource, key_type="string")
    with KeySets() as keys:
        keys.choose("things", rows.stored)
        selected = SelectedRows(cast(Any, rows), keys, frozenset({"things"}))
        some = replace(source, rows=selected, selected=selected)
        assert look_for_losses(some, resource, size).rows == SAMPLE_ROWS
    assert len(rows.asked) == SAMPLE_ROWS / ROWS_PER_FILTER


def test_of_system_collections_what_changes_by_itself_or_is_named_anyway_is_left_out() -> None:
    shown = {"created_on": AT, "last_access": AT, "tags": None}
    rows = Rows(
        {1: {"created_on": f"{AT}.5", "last_access": f"{AT}.5", "tags": "null"}}, {1: shown}
    )
    types = {"created_on": "dateTime", "last_access": "dateTime", "tags": "json"}
    for name, vendor, named in (
        (FILES, "postgres", {"created_on", "last_access", "tags"}),
        # On SQLite the plan names it with each run.
        (FILES, "sqlite", {"last_access", "tags"}),
        (USERS, "postgres", {"created_on", "tags"}),
    ):
        source, resource = system_side(name, rows, vendor, **types)
        losses = look_for_losses(source, resource, 1).losses
        assert {column for column, _ in losses} == named


def test_comments_that_rest_cannot_filter_are_not_asked_for() -> None:
    rows = Rows({1: {"date_created": f"{AT}.5"}}, {1: {"date_created": AT}})
    source, resource = system_side(COMMENTS, rows, date_created="timestamp")
    assert look_for_losses(source, resource, 1).losses
    older = replace(source, legacy=cast(Any, "of Directus 10"))
    assert look_for_losses(older, resource, 1).losses == {}


@pytest.mark.parametrize(
    ("value", "inexact"),
    [
        (2**53 - 1, False),
        (-(2**53), True),
        (0.1, False),
        (0.12345678901234568, True),
        (1e300, False),
        ("12345678901234567890", False),
        (True, False),
        ({"a": [None, {"b": 2**63}]}, True),
    ],
)
def test_a_number_of_more_digits_than_a_double_keeps_is_inexact(
    value: object, inexact: bool
) -> None:
    assert has_inexact_number(value) is inexact
