"""A reader of a selection shows the rows that travel, and asks for as few others as possible."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from sidecar.directus.unreadable_rows import Unreadable
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.rows import Filter
from sidecar.migration.instance.selected_rows import KEYS_PER_REQUEST, SelectedRows
from sidecar.resources.base import Resource
from tests.unit.migration.closure.filtered_rows import FilteredRows

Row = dict[str, Any]
PORTIONS = 3
# Every second row travels.
ROWS = 2 * PORTIONS * KEYS_PER_REQUEST
POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id", "status", "body"))
DRAFTS: Filter = {"status": {"_eq": "draft"}}
PUBLISHED: Filter = {"status": {"_eq": "published"}}


class CountedRows(FilteredRows):
    """FilteredRows that take down what is asked."""

    def __init__(self) -> None:
        super().__init__(page_rows=ROWS)
        self.asked: list[str] = []
        self.sizes: list[int] = []

    def count(self, resource: Resource, filter: Filter | None = None) -> int:
        self.asked.append("count")
        return sum(len(page) for page in super().pages(resource, [resource.key], filter))

    def pages(
        self,
        resource: Resource,
        fields: Sequence[str],
        filter: Filter | None = None,
        unreadable: Unreadable | None = None,
        first: list[Row] | None = None,
    ) -> Iterator[list[Row]]:
        self.asked.append("pages")
        yield from super().pages(resource, fields, filter, unreadable, first)

    def by_key(
        self,
        resource: Resource,
        keys: Sequence[Any],
        fields: Sequence[str],
        unreadable: Unreadable | None = None,
    ) -> dict[Any, Row]:
        self.sizes.append(len(keys))
        return super().by_key(resource, keys, fields, unreadable)

    def count_values(
        self, resource: Resource, columns: Sequence[str], filter: Filter | None = None
    ) -> Counter[tuple[Any, ...]]:
        self.asked.append("values")
        pages = super().pages(resource, [resource.key, *columns], filter)
        return Counter(tuple(row[name] for name in columns) for page in pages for row in page)


@pytest.fixture
def table() -> CountedRows:
    """The first ten rows are drafts, the others are published."""
    rows = CountedRows()
    for key in range(ROWS):
        status = "draft" if key < 10 else "published"
        rows.tables["posts"][key] = {"id": key, "status": status, "body": "text"}
    return rows


@pytest.fixture
def selected(table: CountedRows) -> Iterator[SelectedRows]:
    with KeySets() as keys:
        keys.choose("posts", range(0, ROWS, 2))
        yield SelectedRows(table, keys, frozenset({"posts"}))


def test_of_a_filter_that_few_rows_match_only_these_are_looked_at(
    table: CountedRows, selected: SelectedRows
) -> None:
    pages = selected.pages(POSTS, ["id", "status"], DRAFTS)
    assert [row["id"] for page in pages for row in page] == [0, 2, 4, 6, 8]
    assert table.asked == ["count", "pages"]
    assert selected.count(POSTS, DRAFTS) == 5


def test_of_a_filter_that_most_rows_match_only_rows_that_travel_are_looked_at(
    table: CountedRows, selected: SelectedRows
) -> None:
    pages = list(selected.pages(POSTS, ["id", "status"], PUBLISHED))
    assert {row["id"] for page in pages for row in page} == set(range(10, ROWS, 2))
    assert table.asked == ["count", *["pages"] * PORTIONS]
    assert selected.count(POSTS, PUBLISHED) == ROWS // 2 - 5


def test_values_are_counted_in_portions_unless_no_row_has_any(
    table: CountedRows, selected: SelectedRows
) -> None:
    assert selected.count_values(POSTS, ["status"], {"status": {"_eq": "none"}}) == {}
    assert table.asked == ["count"]
    assert selected.count_values(POSTS, ["status"], DRAFTS) == {("draft",): 5}
    assert table.asked == ["count", "count", *["values"] * PORTIONS]


def test_all_rows_are_read_in_pages_as_large_as_possible(
    table: CountedRows, selected: SelectedRows
) -> None:
    pages = list(selected.pages(POSTS, ["id", "body"]))
    assert {row["id"] for page in pages for row in page} == set(range(0, ROWS, 2))
    # No page is cut short where a portion of keys ends.
    first, second, *full, last = table.sizes
    assert (first, second, {*full}) == (100, 400, {KEYS_PER_REQUEST})
    assert last <= KEYS_PER_REQUEST


def test_the_first_rows_are_those_that_travel(table: CountedRows, selected: SelectedRows) -> None:
    rows, total = selected.first_rows(POSTS, ["id"])
    assert ([row["id"] for row in rows][:3], total) == ([0, 10, 100], ROWS // 2)
    assert selected.first_rows(POSTS, ["id"], [1, 2]) == ([{"id": 2}], ROWS // 2)
    whole = SelectedRows(table, selected.keys, frozenset())
    assert whole.first_rows(POSTS, ["id"], [1, 2]) == ([{"id": 1}, {"id": 2}], ROWS)
