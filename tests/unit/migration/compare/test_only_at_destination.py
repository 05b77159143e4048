"""Rows that only the destination has are listed, and nothing else is read for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sidecar.migration.changes.change import Change
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.compare.only_at_destination import OnlyAtDestination
from sidecar.migration.plan.run import Run
from tests.unit.migration.updating import POSTS, Sides, matches_of, post, there


@pytest.fixture
def changes(tmp_path: Path) -> Iterator[ChangeList]:
    with ChangeList.create(tmp_path / "list.sqlite") as opened:
        yield opened


@pytest.fixture
def sides() -> Sides:
    sides = Sides()
    sides.fill([post(1), post(2), post(3)], [there(2), there(3, title="Old"), there(8), there(9)])
    return sides


def record(run: Run, only_at_destination: int | None) -> None:
    (resource,) = run.plan.resources.values()
    report = run.progress.report.resources[resource.name]
    report.only_at_destination = only_at_destination
    with OnlyAtDestination(run, resource) as rows:
        rows.see(matches_of(run))
        rows.record()


def test_they_are_listed_by_their_key_and_name(sides: Sides, changes: ChangeList) -> None:
    record(sides.run(changes=changes), 2)
    listed = [(one.kind, one.key, one.label) for one in changes.page("posts", None, 0, 10)]
    assert listed == [
        ("only_at_destination", "8", "Post 8"),
        ("only_at_destination", "9", "Post 9"),
    ]


@pytest.mark.parametrize("rows", [0, None])
def test_nothing_is_read_where_there_are_none_or_nobody_knows(
    sides: Sides, changes: ChangeList, rows: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = sides.run(changes=changes)
    matches = matches_of(run)
    monkeypatch.setattr(sides.destination, "pages", no_pages)
    with OnlyAtDestination(run, POSTS) as there_alone:
        run.progress.report.resources["posts"].only_at_destination = rows
        there_alone.see(matches)
        there_alone.record()
    assert changes.counts() == {}


def test_nothing_is_read_if_nobody_wants_to_know(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sides.destination, "pages", no_pages)
    record(sides.run(), 2)


def test_a_singleton_that_keeps_its_key_is_not_only_there(changes: ChangeList) -> None:
    sides = Sides(replace(POSTS, singleton=True))
    sides.fill([post(1)], [there(7)])
    run = sides.run(changes=changes)
    report = run.progress.report.resources["posts"]
    report.only_at_destination = 1
    (match,) = matches_of(run)
    with OnlyAtDestination(run, sides.resource) as rows:
        rows.see([match._replace(existing=there(7))])
        rows.record()
    assert changes.counts() == {}


def test_they_are_no_part_of_a_plan(sides: Sides, changes: ChangeList) -> None:
    changes.add([Change("posts", "new", "9")])
    record(sides.run(changes=changes), 2)
    assert changes.counts()["posts"] == {
        **dict.fromkeys(changes.counts()["posts"], 0), "new": 1, "only_at_destination": 2
    }  # fmt: skip
    assert changes.planned("posts", ["8", "9"]) == {"9": ("new", None, None)}


def no_pages(*_: Any, **__: Any) -> None:
    pytest.fail("the destination was read")
