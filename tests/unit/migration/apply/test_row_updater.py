"""Which existing rows are updated when all new ones have arrived, and what is set of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sidecar.migration.apply.row_updater import RowUpdater
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.compare import matcher
from sidecar.migration.compare.last_state import LastState
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.scan import Scans
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import state_digest
from sidecar.resources.base import FILES, Column, Resource
from sidecar.resources.files import MEASURED
from tests.unit.memory import Row
from tests.unit.migration.updating import (
    POSTS,
    Sides,
    matches_of,
    post,
    problems_of,
    report_of,
    there,
)


@contextmanager
def updater(run: Run) -> Iterator[tuple[RowUpdater, RowLedger]]:
    (resource,) = run.plan.resources.values()
    with RowLedger() as ledger, RowUpdater(run, resource, ledger) as opened:
        yield opened, ledger


def found(run: Run) -> list[tuple[Any, Row]]:
    with updater(run) as (rows, _):
        rows.consider([one for one in matches_of(run) if one.existing is not None])
        return list(rows.find())


def test_rows_that_differ_are_found_with_the_columns_to_set() -> None:
    sides = Sides()
    sides.fill([post(1), post(2, title="New"), post(3)], [there(1), there(2), there(3, slug="x")])
    run = sides.run()
    assert found(run) == [(2, {"id": 2, "title": "New"}), (3, {"id": 3, "slug": "post-3"})]
    assert report_of(run).skipped == 0


def test_it_says_how_many_rows_need_nothing() -> None:
    sides = Sides()
    sides.fill([post(1), post(2), post(3)], [there(1), there(2, title="Old"), there(3)])
    run = sides.run()
    with updater(run) as (rows, _):
        assert rows.consider(matches_of(run)) == 2


def test_both_sides_are_read_again() -> None:
    sides = Sides()
    sides.fill([post(1, title="New"), post(2, title="New")], [there(1), there(2)])
    run = sides.run()
    with updater(run) as (rows, ledger):
        rows.consider(matches_of(run))
        sides.source.tables["posts"][1]["title"] = "Newer"
        sides.rows()[2]["title"] = "New"
        assert list(rows.find()) == [(1, {"id": 1, "title": "Newer"})]
        assert ledger.existed(POSTS, 1)
    # Somebody else has set the second one meanwhile.
    assert report_of(run).skipped == 1


def test_a_row_that_is_gone_is_not_updated() -> None:
    sides = Sides()
    sides.fill([post(1, title="New"), post(2, title="New")], [there(1), there(2)])
    run = sides.run()
    with updater(run) as (rows, _):
        rows.consider(matches_of(run))
        del sides.source.tables["posts"][1], sides.rows()[2]
        assert list(rows.find()) == []


def test_a_row_that_a_problem_names_stays_as_it_is() -> None:
    sides = Sides()
    sides.fill([post(1, title="New")], [there(1)])
    run = sides.run()
    run.progress.problem("posts", 1, "CANNOT_HOLD", "no")
    assert found(run) == []


def test_keys_of_the_scan_are_enough() -> None:
    sides = Sides()
    numbers = range(1_200)
    sides.fill([post(one, title="New") for one in numbers], [there(one) for one in numbers])
    run = sides.run()
    with updater(run) as (rows, _), Scans() as scans:
        scans.different.choose("posts", numbers)
        rows.take_scanned(scans)
        assert sorted(key for key, _ in rows.find()) == [*numbers]


def test_a_singleton_is_updated_under_the_key_that_the_destination_has() -> None:
    sides = Sides(replace(POSTS, singleton=True))
    sides.fill([post(1, title="New")], [there(1)])
    run = sides.run()
    (match,) = matches_of(run)
    with updater(run) as (rows, _):
        assert rows._key(match._replace(existing=there(7))) == 7


def test_what_is_about_to_be_written_is_known_to_the_next_run(tmp_path: Path) -> None:
    sides = Sides()
    sides.fill([post(1, title="New")], [there(1)])
    with Baseline(tmp_path / "pair.sqlite") as baseline:
        run = sides.run(baseline=baseline)
        LastState(run, POSTS).record([one._replace(actual=there(1)) for one in matches_of(run)])
        found(run)
        assert baseline.is_ours("posts", "1", state_digest(there(1, title="New")))
        assert not baseline.is_ours("posts", "1", state_digest(there(1, title="Newer")))


def test_the_bytes_of_a_file_are_no_column_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "true_size", lambda _, __, size: size)
    (size,) = MEASURED[FILES]
    files = Resource(FILES, "files", "/files", "id", "uuid", ("id", "title"))
    sides = Sides(files)
    sides.fill([{"id": "f", "title": "New", size: "1"}], [{"id": "f", "title": "Old", size: "2"}])
    run = sides.run()
    run.destination.model.columns[FILES][size] = Column(size, "bigInteger")
    (match,) = matches_of(run)
    assert match.columns == ("title", size)
    assert found(run) == [("f", {"id": "f", "title": "New"})]


@pytest.mark.parametrize("values", [{"title": "New"}, {}])
def test_a_row_counts_once_however_often_it_is_set(values: Row) -> None:
    sides = Sides()
    sides.fill([post(1)], [there(1)])
    run = sides.run()
    with updater(run) as (rows, ledger):
        ledger.add(POSTS, [post(1)])
        ledger.add_existing(POSTS, [1])
        for _ in range(2):
            rows.report(1, values)
        assert ledger.count_existing(POSTS) == (1, len(values))
    assert report_of(run).updated == len(values)
    assert problems_of(run) == []
