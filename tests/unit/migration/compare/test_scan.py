"""All rows are compared in advance, so that a run that updates reads only what it writes again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.scan import Scans
from sidecar.migration.existing import SKIP
from sidecar.migration.plan.run import Run
from sidecar.resources.base import FILES
from tests.unit.memory import Row
from tests.unit.migration.updating import POSTS, Sides, post, real, report_of, there


@pytest.fixture
def scans() -> Iterator[Scans]:
    with Scans() as opened:
        yield opened


@pytest.fixture
def ledger() -> Iterator[RowLedger]:
    with RowLedger() as opened:
        yield opened


@pytest.fixture
def sides() -> Sides:
    sides = Sides()
    sides.fill(
        [post(1), post(2), post(3), post(4)], [there(2), there(3, title="Old"), there(4), there(9)]
    )
    return sides


def test_rows_are_absent_different_or_the_same(
    sides: Sides, scans: Scans, ledger: RowLedger
) -> None:
    run = sides.run()
    scans.scan(run, ledger)
    assert [[row["id"] for row in page] for page in scans.absent_rows(run, POSTS)] == [[1]]
    assert scans.different.has("posts", 3)
    assert scans.different.count("posts") == (1, 0)
    assert scans.same["posts"].rows == 2
    assert not scans.is_same(POSTS)
    assert (report_of(run).skipped, report_of(run).verified) == (2, 2)
    assert ledger.existed(POSTS, 4)
    assert [one.key for page in scans.match_others(run, POSTS) for one in page] == [1, 3]
    assert sides.destination.requests == []


def test_where_all_is_the_same_nothing_is_left_to_do(
    sides: Sides, scans: Scans, ledger: RowLedger
) -> None:
    sides.fill([post(2), post(4)], [there(2), there(4), there(9)])
    run = sides.run()
    scans.scan(run, ledger)
    assert scans.is_same(POSTS)
    assert list(scans.match_others(run, POSTS)) == []


def without_column(run: Run) -> None:
    del run.destination.model.columns["posts"]["slug"]


def test_a_column_that_is_about_to_come_makes_the_comparison_no_evidence(
    sides: Sides, scans: Scans, ledger: RowLedger
) -> None:
    run = sides.run()
    without_column(run)
    scans.scan(run, ledger)
    assert scans.same == {}
    assert [one.key for page in scans.match_others(run, POSTS) for one in page] == [1, 2, 3, 4]


@pytest.mark.parametrize("name", ["posts", FILES])
def test_what_is_not_updated_and_what_has_more_than_rows_is_not_scanned(
    scans: Scans, ledger: RowLedger, name: str
) -> None:
    sides = Sides(replace(POSTS, name=name, references=()))
    sides.fill([post(1)], [there(1)])
    scans.scan(sides.run(mode=SKIP if name == "posts" else "update"), ledger)
    assert scans.same == {}


def test_an_empty_collection_is_not_scanned(scans: Scans, ledger: RowLedger) -> None:
    sides = Sides()
    sides.fill([post(1)], [])
    scans.scan(sides.run(), ledger)
    assert scans.same == {}


def test_rows_that_are_the_same_are_read_once(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    by_key = sides.destination.by_key

    def counted(resource, keys, fields, unreadable=None):  # type: ignore[no-untyped-def]
        asked.extend(keys)
        return by_key(resource, keys, fields, unreadable)

    monkeypatch.setattr(sides.destination, "by_key", counted)
    real(sides.run())
    assert (asked.count(2), asked.count(4)) == (1, 1)
    # To be found, to be updated, and to be verified.
    assert asked.count(3) == 3


def test_values_that_rows_swap_are_found(sides: Sides, scans: Scans, ledger: RowLedger) -> None:
    rows: list[Row] = [post(1, slug="a"), post(2, slug="b"), post(3, slug="free")]
    sides.fill(rows, [there(1, slug="b"), there(2, slug="a"), there(3, slug="c")])
    run = sides.run()
    unique(run)
    scans.scan(run, ledger)
    assert [held.key for held in run.unique.taken("posts")] == [1, 2]
    assert run.unique.blocked("posts") == []


def test_a_value_that_a_row_of_the_destination_keeps_is_found(
    sides: Sides, scans: Scans, ledger: RowLedger
) -> None:
    sides.fill([post(1, slug="a"), post(2, slug="b")], [there(2, slug="x"), there(9, slug="a")])
    run = sides.run()
    unique(run)
    scans.scan(run, ledger)
    assert run.unique.blocked("posts") == [(1, "slug", 9)]


def unique(run: Run) -> None:
    """Make one column unique at the destination."""
    columns = run.destination.model.columns["posts"]
    columns["slug"] = replace(columns["slug"], unique=True)
