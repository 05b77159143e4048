"""A run counts rows and reads the first of them in one request to each side, where it can."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from sidecar.errors import DirectusError, DirectusRejected, Unreachable
from sidecar.migration.check.first_reading import Counted, count_both
from sidecar.migration.instance.first_rows import FirstPage, FirstRows
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import CountedRows
from sidecar.migration.selection import EVERYTHING, Selection
from sidecar.resources.base import Resource
from tests.unit.memory import MemoryRows, side

POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id", "title"))
REFUSED = DirectusRejected("No.", code="INVALID_QUERY", status=400)
BROKEN = DirectusRejected("An unexpected error", code="INTERNAL_SERVER_ERROR", status=500)


class Asked(MemoryRows):
    """MemoryRows that take down what is asked, and perhaps cannot be read."""

    def __init__(self, *keys: Any, error: DirectusError | None = None) -> None:
        super().__init__(page_rows=2)
        self.tables["posts"] = {key: {"id": key, "title": f"Post {key}"} for key in keys}
        self.asked: list[str] = []
        self._error = error

    def count(self, resource: Resource, filter: Any = None) -> int:
        self.asked.append("count")
        return super().count(resource, filter)

    def first_rows(
        self, resource: Resource, fields: Sequence[str], keys: Sequence[Any] | None = None
    ) -> CountedRows:
        self.asked.append("first page" if keys is None else f"rows {keys}")
        if self._error:
            raise self._error
        return super().first_rows(resource, fields, keys)


@pytest.fixture
def kept() -> Iterator[FirstRows]:
    with FirstRows() as rows:
        yield rows


def count(
    source: MemoryRows,
    destination: MemoryRows,
    kept: FirstRows | None,
    resource: Resource = POSTS,
    selection: Selection = EVERYTHING,
    exists: bool = True,
) -> tuple[Counted, Counted]:
    sides = side(source, resource), side(destination, resource, exists=exists)
    return count_both(*sides, [resource], selection, kept)


def test_both_sides_are_asked_once(kept: FirstRows) -> None:
    source, destination = Asked(1, 2), Asked(2, 3, 4)
    assert count(source, destination, kept) == (({"posts": 2}, {}), ({"posts": 3}, {}))
    assert (source.asked, destination.asked) == (["first page"], ["rows [1, 2]"])
    one, two = source.tables["posts"].values()
    assert kept.take_page("posts") == FirstPage([one, two], True, [two])


def test_a_page_that_is_not_all_says_so(kept: FirstRows) -> None:
    assert count(Asked(1, 2, 3), Asked(), kept)[0] == ({"posts": 3}, {})
    page = kept.take_page("posts")
    assert page is not None
    assert not page.is_whole


def test_somebody_who_only_checks_only_counts() -> None:
    source, destination = Asked(1), Asked(1)
    assert count(source, destination, None) == (({"posts": 1}, {}), ({"posts": 1}, {}))
    assert (source.asked, destination.asked) == (["count"], ["count"])


@pytest.mark.parametrize(
    "selection",
    [
        Selection(("others",), (), {}, ""),
        Selection(None, (), {"posts": {"title": {"_nnull": True}}}, ""),
        Selection(None, (), {}, "2026-01-31"),
    ],
)
def test_of_what_travels_in_part_no_first_rows_are_read(
    kept: FirstRows, selection: Selection
) -> None:
    source = Asked(1)
    assert count(source, Asked(1), kept, selection=selection)[0] == ({"posts": 1}, {})
    assert source.asked == ["count"]


def test_rows_that_are_all_new_are_read_when_they_are_loaded(kept: FirstRows) -> None:
    source, destination = Asked(1), Asked()
    numbers = count(source, destination, kept, exists=False)
    assert numbers == (({"posts": 1}, {}), ({}, {}))
    assert (source.asked, destination.asked) == (["count"], [])


@pytest.mark.parametrize("columns", [("id", "a.b"), ("id", "constructor")])
def test_a_collection_with_odd_names_is_counted(kept: FirstRows, columns: Any) -> None:
    source = Asked()
    count(source, Asked(), kept, replace(POSTS, columns=columns))
    assert source.asked == ["count"]


@pytest.mark.parametrize(("keys", "page"), [((), FirstPage([], True, [])), (("", "a"), None)])
def test_without_keys_to_ask_for_the_destination_counts(
    kept: FirstRows, keys: Any, page: FirstPage | None
) -> None:
    destination = Asked("a")
    assert count(Asked(*keys), destination, kept)[1] == ({"posts": 1}, {})
    assert destination.asked == ["count"]
    assert kept.take_page("posts") == page


def test_what_there_is_no_room_for_is_counted(kept: FirstRows) -> None:
    kept.is_full, source = True, Asked(1)
    assert count(source, Asked(1), kept)[0] == ({"posts": 1}, {})
    assert source.asked == ["count"]


@pytest.mark.parametrize("error", [REFUSED, BROKEN])
def test_what_cannot_be_read_at_once_is_counted(kept: FirstRows, error: DirectusError) -> None:
    source, destination = Asked(1, error=error), Asked(1)
    assert count(source, destination, kept) == (({"posts": 1}, {}), ({"posts": 1}, {}))
    assert source.asked == ["first page", "count"]
    source, destination = Asked(1), Asked(1, error=error)
    assert count(source, destination, kept) == (({"posts": 1}, {}), ({"posts": 1}, {}))
    assert destination.asked == ["rows [1]", "count"]
    assert kept.take_page("posts") is None


def test_a_side_that_cannot_be_reached_ends_it(kept: FirstRows) -> None:
    with pytest.raises(Unreachable):
        count(Asked(1, error=Unreachable("Nobody answers")), Asked(1), kept)


@pytest.mark.parametrize(
    ("source_keys", "destination_keys", "is_kept"),
    [((1,), (1,), True), ((1,), (), True), ((1, 2, 3), (1,), False), ((1,), (1, 7), False)],
)
def test_a_singleton_with_rows_that_it_does_not_show_is_read_anew(
    kept: FirstRows, source_keys: Any, destination_keys: Any, is_kept: bool
) -> None:
    singleton = replace(POSTS, singleton=True)
    count(Asked(*source_keys), Asked(*destination_keys), kept, singleton)
    assert (kept.take_page("posts") is not None) is is_kept


def test_a_row_under_another_key_than_was_asked_for_is_read_anew(kept: FirstRows) -> None:
    """MySQL finds it in spite of another case, and a singleton answers its own row."""

    class Alike(Asked):
        def first_rows(self, *_: Any) -> CountedRows:
            return CountedRows([{"id": "A", "title": "Post A"}], 1)

    numbers = count(Asked("a"), cast(Any, Alike("A")), kept)
    assert numbers == (({"posts": 1}, {}), ({"posts": 1}, {}))
    assert kept.take_page("posts") is None


def test_a_key_that_the_destination_has_no_column_for_is_not_asked_for(kept: FirstRows) -> None:
    source, destination = Asked(1), Asked(1)
    target = side(destination, replace(POSTS, columns=("title",)))
    made: tuple[Instance, Instance] = side(source, POSTS), target
    count_both(*made, [POSTS], EVERYTHING, kept)
    assert (source.asked, destination.asked) == (["count"], ["count"])
