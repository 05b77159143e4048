"""Rows that were read along with their numbers are used once, and not when they are old."""

from typing import Any

import pytest

from sidecar.migration.instance import first_rows
from sidecar.migration.instance.first_rows import FirstPage, FirstRows
from sidecar.resources.base import Resource

POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id", "title"))


def row(key: int) -> dict[str, Any]:
    return {"id": key, "title": f"Post {key}"}


PAGE = FirstPage([row(1), row(2)], True, [row(2)])


def test_a_page_is_taken_once() -> None:
    with FirstRows() as kept:
        kept.keep("posts", PAGE)
        assert (kept.take_page("others"), kept.take_page("posts"), kept.take_page("posts")) == (
            None,
            PAGE,
            None,
        )


def test_what_was_dropped_is_not_kept() -> None:
    with FirstRows() as kept:
        for name in ("posts", "pages"):
            kept.keep(name, PAGE)
        kept.drop(["posts", "others"])
        assert (kept.take_page("posts"), kept.take_page("pages")) == (None, PAGE)


@pytest.mark.parametrize(("seconds", "holds"), [(299, True), (301, False)])
def test_old_rows_are_not_used(seconds: float, holds: bool) -> None:
    now = [1_000.0]
    with FirstRows(lambda: now[0]) as kept:
        kept.keep("posts", PAGE)
        now[0] += seconds
        assert (kept.take_page("posts") == PAGE) is holds


def test_there_is_room_for_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_rows, "MAX_BYTES", 150)
    with FirstRows() as kept:
        fits = []
        for name in ("posts", "pages"):
            kept.keep(name, PAGE)
            fits.append(not kept.is_full)
        assert fits == [True, False]


def test_rows_have_the_columns_that_are_asked_for() -> None:
    assert PAGE.at_source(["id"]) == [{"id": 1}, {"id": 2}]
    assert PAGE.at_source(["id", "date"]) is None
    assert PAGE.at_destination(POSTS, [2], ["id"]) == {2: {"id": 2}}
    assert PAGE.at_destination(POSTS, [2], ["id", "date"]) is None


def test_of_keys_that_were_looked_up_it_is_known_which_the_destination_lacks() -> None:
    assert PAGE.at_destination(POSTS, [1, 2], ["id", "title"]) == {2: row(2)}
    assert PAGE.at_destination(POSTS, [1], ["id"]) == {}
    assert PAGE.at_destination(POSTS, [2, 3], ["id"]) is None
    # As text it is another key.
    assert PAGE.at_destination(POSTS, ["2"], ["id"]) is None
