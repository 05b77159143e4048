"""What was read of both sides along with the numbers of rows is not read again."""

from collections.abc import Sequence
from typing import Any

import pytest

from sidecar.migration.compare.matcher import match_all
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.up_to_date import is_up_to_date
from sidecar.migration.instance.first_rows import FirstPage, FirstRows
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource
from tests.unit.memory import MemoryRows, run_of

POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id", "title"))


class Asked(MemoryRows):
    """MemoryRows that take down what is read."""

    def __init__(self, *keys: int) -> None:
        super().__init__(page_rows=2)
        self.tables["posts"] = {key: row(key) for key in keys}
        self.asked: list[list[Any]] = []

    def by_key(
        self, resource: Resource, keys: Sequence[Any], fields: Sequence[str], *rest: Any
    ) -> Any:
        self.asked.append(list(keys))
        return super().by_key(resource, keys, fields, *rest)


def row(key: int, title: str = "A title") -> dict[str, Any]:
    return {"id": key, "title": title}


def states(run: Run, page: FirstPage | None) -> list[str]:
    return [one.state for matches in match_all(run, POSTS, first_page=page) for one in matches]


def test_of_a_whole_page_nothing_is_read_again() -> None:
    source, destination = Asked(1, 2, 3), Asked(1, 2)
    page = FirstPage([row(1), row(2), row(3)], True, [row(1), row(2, "Other")])
    assert states(run_of(POSTS, source, destination), page) == ["same", "different", "new"]
    assert (source.asked, destination.asked) == ([], [])


def test_an_empty_collection_is_not_read_again() -> None:
    source = Asked(1)
    assert states(run_of(POSTS, source, Asked()), FirstPage([], True, [])) == []
    assert source.asked == []


def test_what_follows_a_page_is_read_on_both_sides() -> None:
    source, destination = Asked(1, 2, 3, 4), Asked(1, 2, 3)
    page = FirstPage([row(1), row(2)], False, [row(1), row(2)])
    assert states(run_of(POSTS, source, destination), page) == ["same", "same", "same", "new"]
    assert (source.asked, destination.asked) == ([[3, 4]], [[3, 4]])


def test_a_page_without_a_column_that_is_needed_is_not_used() -> None:
    source, destination = Asked(1), Asked(1)
    page = FirstPage([{"id": 1}], True, [{"id": 1}])
    assert states(run_of(POSTS, source, destination), page) == ["same"]
    assert (source.asked, destination.asked) == ([[1]], [[1]])


@pytest.mark.parametrize("is_same", [True, False])
def test_a_resource_is_up_to_date_by_what_was_read_and_compared_anew_afterwards(
    is_same: bool,
) -> None:
    source, destination = Asked(1, 2), Asked(1, 2)
    run = run_of(POSTS, source, destination)
    existing = [row(1), row(2, "A title" if is_same else "Other")]
    with FirstRows() as run.first_rows, RowLedger() as ledger:
        run.first_rows.keep("posts", FirstPage([row(1), row(2)], True, existing))
        assert is_up_to_date(run, POSTS, ledger, lambda _: None) is is_same
        assert (source.asked, destination.asked) == ([], [])
        assert is_up_to_date(run, POSTS, ledger, lambda _: None)
    assert (source.asked, destination.asked) == ([[1, 2]], [[1, 2]])


def test_a_changed_schema_makes_what_was_read_worthless() -> None:
    run = run_of(POSTS, Asked(1), Asked(1))
    run.forget_first_pages(["posts"])
    with FirstRows() as run.first_rows:
        run.first_rows.keep("posts", FirstPage([row(1)], True, []))
        run.forget_first_pages(["posts"])
        assert run.take_first_page(POSTS) is None
