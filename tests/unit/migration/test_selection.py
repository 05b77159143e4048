"""A selection is read strictly, and says of each collection whether it is selected."""

from typing import Any

import pytest

from sidecar.errors import InvalidRequest
from sidecar.migration.selection import EVERYTHING, Selection, read_selection

FILTER = {"id": {"_gt": 3}}
DEEP: Any = FILTER
for _ in range(1_000):
    DEEP = {"_and": [DEEP]}


@pytest.mark.parametrize(
    ("selection", "selected"),
    [
        (EVERYTHING, {"posts", "pages"}),
        (Selection(("posts",)), {"posts"}),
        (Selection(exclude=("posts",)), {"pages"}),
        (Selection(("posts", "pages"), ("posts",)), {"pages"}),
        (Selection(filters={"posts": FILTER}), {"posts", "pages"}),
    ],
)
def test_a_collection_is_selected_if_it_is_named_and_not_left_out(
    selection: Selection, selected: set[str]
) -> None:
    assert {name for name in ("posts", "pages") if selection.includes(name)} == selected


def test_what_a_selection_writes_is_read_back() -> None:
    selection = Selection(("posts",), ("pages",), {"posts": FILTER}, "last")
    assert read_selection(selection.document()) == selection
    assert read_selection({}) == read_selection(EVERYTHING.document()) == EVERYTHING


def test_names_stand_once_and_empty_filters_are_none() -> None:
    read = read_selection({"collections": ["posts", "posts"], "filters": {"posts": {}}})
    assert read == Selection(("posts",))


def test_what_is_gone_is_nowhere_in_the_rest() -> None:
    selection = Selection(("posts", "pages"), ("notes",), {"pages": FILTER}, "2026-01-31")
    rest = selection.without(frozenset({"pages", "notes"}))
    assert rest == Selection(("posts",), since="2026-01-31")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (None, "A selection is an object"),
        ([], "A selection is an object"),
        ({"rows": 3, "a": 1}, "A selection has no a, rows; it has collections"),
        ({"collections": "posts"}, "collections is a list of names"),
        ({"collections": [""]}, "collections is a list of names"),
        ({"collections": []}, "The selection is empty"),
        ({"exclude": [1]}, "exclude is a list of names"),
        ({"filters": []}, "filters is an object"),
        ({"filters": {"posts": "draft"}}, "The filter of posts is no filter of Directus"),
        ({"filters": {"": FILTER}}, "filters is an object"),
        ({"filters": {"posts": {"id": float("nan")}}}, "The filter of posts has a value"),
        ({"filters": {"posts": {"id": 2**64}}}, "The filter of posts has a value"),
        ({"filters": {"posts": {"_or": [{"id": "\ud800"}]}}}, "The filter of posts has a value"),
        ({"filters": {"posts": {"i\x00d": 1}}}, "The filter of posts has a value"),
        ({"filters": {"posts": {"id": {1}}}}, "The filter of posts has a value"),
        ({"filters": {"posts": DEEP}}, "The filter of posts has a value"),
        ({"collections": ["po\ud800sts"]}, "collections is a list of names"),
        ({"collections": ["a"], "filters": {"b": FILTER}}, "Filter without effect: b is not"),
        ({"exclude": ["b"], "filters": {"b": FILTER}}, "Filter without effect: b is not"),
        ({"since": "yesterday"}, "since is a date such as 2026-01-31, or last"),
        ({"since": 20260131}, "since is a date"),
        ({"since": "0001-01-01"}, "since is a date"),
        ({"collections": ["posts"], "exclude": ["posts"]}, "posts: both selected and excluded"),
    ],
)
def test_a_mistake_is_named(document: Any, message: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_selection(document)
    assert caught.value.message.startswith(message)
    assert (caught.value.code, caught.value.field) == ("SELECTION_INVALID", "selection")
