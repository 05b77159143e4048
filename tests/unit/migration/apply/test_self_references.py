"""Rows wait for the rows of their own collection that they point at."""

from collections.abc import Iterator

import pytest

from sidecar.directus.client import Row
from sidecar.migration.apply.self_references import SelfReferenceBuffer
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.values.conversion import ValueCodec
from sidecar.resources.base import Reference, Resource

PAGES = Resource(
    "pages",
    "content",
    "/items/pages",
    "id",
    "uuid",
    ("id", "parent"),
    references=(Reference("parent", "pages"),),
)


@pytest.fixture
def seen() -> Iterator[RowLedger]:
    with RowLedger() as made:
        yield made


def rows(*pairs: tuple[str, str | None]) -> list[Row]:
    return [{"id": key, "parent": parent} for key, parent in pairs]


def arrive(seen: RowLedger, keys: list[str]) -> None:
    seen.add_arrived(PAGES, [{"id": key} for key in keys], ValueCodec())


def load(seen: RowLedger, *pairs: tuple[str, str | None]) -> tuple[list[list[str]], list[str]]:
    """What is written first, then round by round, and what is left."""
    seen.add(PAGES, rows(*pairs))
    with SelfReferenceBuffer(PAGES, ["parent"], seen) as waiting:
        rounds = [[row["id"] for row in waiting.let_go(rows(*pairs))], []]
        arrive(seen, rounds[0])
        for some in waiting.rounds():
            rounds[-1] += [row["id"] for row in some]
            if not some:
                arrive(seen, rounds[-1])
                rounds.append([])
        return [some for some in rounds if some], [
            row["id"] for some in waiting.rest() for row in some
        ]


def test_a_tree_is_written_from_its_root(seen: RowLedger) -> None:
    tree = [("leaf", "branch"), ("branch", "root"), ("other", "root"), ("root", None)]
    assert load(seen, *tree) == ([["root"], ["branch", "other"], ["leaf"]], [])


def test_rows_that_were_there_before_can_be_pointed_at(seen: RowLedger) -> None:
    seen.add(PAGES, rows(("old", None)))
    seen.add_existing(PAGES, ["old"])
    assert load(seen, ("new", "old")) == ([["new"]], [])


def test_circles_and_what_points_at_nothing_that_arrived_are_left(seen: RowLedger) -> None:
    first, rest = load(seen, ("a", "b"), ("b", "a"), ("c", "lost"), ("d", "d"), ("root", None))
    assert (first, sorted(rest)) == ([["root"]], ["a", "b", "c", "d"])


def test_what_waits_is_held_a_few_large_rows_at_a_time(seen: RowLedger) -> None:
    with SelfReferenceBuffer(PAGES, ["parent"], seen) as waiting:
        waiting.let_go(
            [{"id": str(number), "parent": "lost", "text": "x" * 400_000} for number in range(8)]
        )
        assert [len(rows) for rows in waiting.rest()] == [2, 2, 2, 2]


def test_a_long_chain_ends_in_a_second_write_rather_than_in_a_round_for_each_row(
    seen: RowLedger,
) -> None:
    chain: list[tuple[str, str | None]] = [(f"{n:03}", f"{n + 1:03}") for n in range(100)]
    first, rest = load(seen, *chain, ("100", None))
    assert len(first) < 5
    assert len(rest) > 90
