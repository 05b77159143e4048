"""Which side has changed a row since the last run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.changes.change import ChangedBy
from sidecar.migration.compare.last_state import ANY_STATE, LastState
from sidecar.migration.report.digests import state_digest
from sidecar.resources.base import Resource
from tests.unit.migration.updating import POSTS, Sides, matches_of, post, there


@pytest.fixture
def baseline(tmp_path: Path) -> Iterator[Baseline]:
    with Baseline(tmp_path / "pair.sqlite") as opened:
        yield opened


@pytest.fixture
def sides(baseline: Baseline) -> Sides:
    """Two sides that had the same rows after the last run."""
    sides = Sides()
    sides.fill([post(1), post(2)], [there(1), there(2)])
    last_state(sides, baseline).record(matches_of(sides.run(baseline=baseline)))
    return sides


def last_state(sides: Sides, baseline: Baseline, resource: Resource = POSTS) -> LastState:
    return LastState(sides.run(baseline=baseline), resource)


def changed_by(sides: Sides, baseline: Baseline) -> dict[int, ChangedBy | None]:
    different = [one for one in matches_of(sides.run()) if one.state == "different"]
    return last_state(sides, baseline).changed_by(different)


@pytest.mark.parametrize(
    ("source", "destination", "side"),
    [("New", "Post 1", "source"), ("Post 1", "New", "destination"), ("New", "Other", "both")],
)
def test_it_says_who_has_changed_a_row(
    sides: Sides, baseline: Baseline, source: str, destination: str, side: ChangedBy
) -> None:
    sides.source.tables["posts"][1]["title"] = source
    sides.rows()[1]["title"] = destination
    assert changed_by(sides, baseline) == {1: side}


def test_of_a_row_that_came_since_it_knows_nothing(sides: Sides, baseline: Baseline) -> None:
    sides.source.tables["posts"][3] = post(3)
    sides.rows()[3] = there(3, title="Theirs")
    assert changed_by(sides, baseline) == {3: None}


def test_other_columns_cannot_be_compared(sides: Sides, baseline: Baseline) -> None:
    fewer = replace(POSTS, columns=POSTS.columns[:-1], references=())
    assert last_state(sides, baseline).is_known
    assert not last_state(sides, baseline, fewer).is_known
    shuffled = replace(POSTS, columns=tuple(reversed(POSTS.columns)))
    assert last_state(sides, baseline, shuffled).is_known


@pytest.mark.parametrize("step", ["the update", "any", "another update"])
def test_what_an_interrupted_run_left_is_nobodys_work(
    sides: Sides, baseline: Baseline, step: str
) -> None:
    sides.source.tables["posts"][1]["title"] = "Newer"
    sides.rows()[1]["title"] = "New"
    (match,) = (one for one in matches_of(sides.run()) if one.key == 1)
    written = {
        "the update": state_digest(match.actual or {}),
        "any": ANY_STATE,
        "another update": state_digest(match.expected or {}),
    }[step]
    last_state(sides, baseline).writing([(1, written)])
    side = "both" if step == "another update" else "source"
    assert changed_by(sides, baseline) == {1: side}


def test_columns_that_change_by_themselves_are_no_change(baseline: Baseline) -> None:
    sides = Sides(replace(POSTS, rules=replace(POSTS.rules, volatile=("slug",))))
    sides.fill([post(1)], [there(1)])
    last_state(sides, baseline, sides.resource).record(matches_of(sides.run()))
    sides.source.tables["posts"][1]["slug"] = "touched"
    sides.rows()[1]["title"] = "Theirs"
    different = matches_of(sides.run())
    last = last_state(sides, baseline, sides.resource)
    assert last.changed_by(different) == {1: "destination"}


def test_a_row_that_a_killed_run_has_half_created_is_its_own(
    sides: Sides, baseline: Baseline
) -> None:
    """Of a row that no earlier run knew there is nothing to record."""
    last_state(sides, baseline).creating([1, 3])
    sides.source.tables["posts"][1]["title"] = "New"
    sides.rows()[1]["title"] = "Half"
    assert changed_by(sides, baseline) == {1: "source"}
    assert not baseline.is_ours("posts", "3", ANY_STATE)
