"""Which rows give up unique values, and which ones cannot get them."""

from collections.abc import Iterator

import pytest

from sidecar.migration.mapping.unique_values import HeldValues, UniqueValues, Wanted


@pytest.fixture
def unique() -> Iterator[UniqueValues]:
    with UniqueValues() as opened:
        yield opened


def change(unique: UniqueValues, key: int, before: str, after: str) -> None:
    unique.hold("posts", [Wanted("slug", before, key)])
    unique.want("posts", [Wanted("slug", after, key)])


def test_rows_that_swap_their_values_have_to_give_them_up_first(unique: UniqueValues) -> None:
    change(unique, 1, "a", "b")
    change(unique, 2, "b", "a")
    change(unique, 3, "c", "d")
    assert list(unique.taken("posts")) == [HeldValues(1, ("slug",)), HeldValues(2, ("slug",))]
    assert list(unique.unheld("posts", 10)) == [[Wanted("slug", "d", 3)]]


def test_a_value_that_nobody_gives_up_blocks_all_that_follows(unique: UniqueValues) -> None:
    change(unique, 1, "a", "taken")
    change(unique, 2, "b", "a")
    unique.want("posts", [Wanted("slug", "b", 3)])
    change(unique, 4, "x", "y")
    change(unique, 5, "z", "x")
    unique.block("posts", [(Wanted("slug", "taken", 1), 99)])
    assert sorted(unique.blocked("posts")) == [(1, "slug", 99), (2, "slug", 1), (3, "slug", 2)]
    assert unique.owners("posts", 2) == {"slug": 1}
    assert unique.owners("posts", 5) == {}
    assert unique.owners("pages", 2) == {}
    assert [held.key for held in unique.taken("posts")] == [4]


def test_all_wanted_values_come_in_portions(unique: UniqueValues) -> None:
    unique.want("posts", [Wanted("slug", f"{number:03}", number) for number in range(25)])
    portions = list(unique.unheld("posts", 10))
    assert [len(portion) for portion in portions] == [10, 10, 5]
    assert {one.key for portion in portions for one in portion} == set(range(25))
