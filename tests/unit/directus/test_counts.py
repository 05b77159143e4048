"""An instance counts its rows, and groups of them."""

from typing import Any

import pytest

from sidecar.directus.counts import count_groups, count_rows
from sidecar.errors import NotADirectus
from tests.unit.directus.fake_collection import FakeCollection


def test_rows_are_counted_with_and_without_a_filter() -> None:
    client = FakeCollection(
        {"id": number, "even": number % 2 == 0} for number in range(11)
    ).client()
    assert count_rows(client, "/items/a") == 11
    assert count_rows(client, "/items/a", {"even": {"_eq": True}}) == 6


def test_a_count_that_is_none_is_not_from_directus() -> None:
    class Strange(FakeCollection):
        def search(self, path: str, query: Any) -> list[dict[str, Any]]:
            return [{"count": "many"}]

    with pytest.raises(NotADirectus, match="/items/a"):
        count_rows(Strange([]).client(), "/items/a")


@pytest.mark.parametrize("limit", [None, 1, 2, 5])
def test_groups_are_counted_across_the_portions_of_the_server(limit: int | None) -> None:
    rows = [{"id": number, "size": number % 3, "even": number % 2 == 0} for number in range(12)]
    counts = count_groups(
        FakeCollection(rows).client(), "/items/a", ["size", "even"], limit=limit, filter={}
    )
    assert counts == {(size, even): 2 for size in range(3) for even in (False, True)}
