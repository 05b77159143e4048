"""A run that carries out a plan writes its rows, and leaves alone what is no longer as it was."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sidecar.errors import InvalidRequest
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.compare.last_state import ANY_STATE
from sidecar.migration.compare.plan_check import check_plan
from sidecar.migration.existing import SKIP
from sidecar.migration.plan.planned import CODE
from sidecar.migration.preview import preview
from sidecar.migration.report.outcomes import Outcomes
from sidecar.resources.base import USERS, Reference
from tests.unit.migration.planned_runs import carry_out, planned, planned_run
from tests.unit.migration.updating import (
    POSTS,
    Sides,
    dry,
    post,
    problems_of,
    real,
    report_of,
    there,
)


@pytest.fixture
def sides() -> Sides:
    """One new row, two changed ones, and one that is the same."""
    sides = Sides()
    sides.fill(
        [post(1), post(2), post(3), post(4)],
        [there(2, title="Old"), there(3, slug="old"), there(4)],
    )
    return sides


def refusal(sides: Sides, plan: Any) -> str:
    before = {key: dict(row) for key, row in sides.rows().items()}
    with pytest.raises(InvalidRequest) as caught:
        carry_out(sides, plan)
    assert (caught.value.code, caught.value.status) == ("PLAN_STALE", 409)
    assert (sides.rows(), sides.destination.requests) == (before, [])
    return caught.value.message


def test_it_does_what_the_dry_run_has_found(sides: Sides, tmp_path: Path) -> None:
    with planned(sides, tmp_path) as plan:
        run = carry_out(sides, plan)
    assert problems_of(run) == []
    assert report_of(run).rows == Outcomes(created=1, updated=2)
    assert sides.rows() == {number: there(number) for number in (1, 2, 3, 4)}


def test_rows_that_came_or_changed_since_and_are_not_in_the_plan_are_left_out(
    sides: Sides, tmp_path: Path
) -> None:
    with planned(sides, tmp_path) as plan:
        sides.source.tables["posts"][5] = post(5)
        sides.source.tables["posts"][4]["title"] = "Changed since"
        run = carry_out(sides, plan)
    assert problems_of(run) == []
    assert sides.titles() == {1: "Post 1", 2: "Post 2", 3: "Post 3", 4: "Post 4"}


@pytest.mark.parametrize("way", [real, dry])
def test_a_row_that_somebody_has_changed_at_the_destination_is_left_alone_and_named(
    sides: Sides, tmp_path: Path, way: Any
) -> None:
    with planned(sides, tmp_path) as plan:
        sides.rows()[2]["slug"] = "Mine"
        # Also one that has come, or gone.
        sides.rows()[1] = there(1, title="Mine")
        del sides.rows()[3]
        run = planned_run(sides, plan)
        check_plan(run, plan)
        way(run)
    assert sorted(problems_of(run)) == [(key, "PLAN_ROW_CHANGED") for key in ("1", "2", "3")]
    assert "no longer as it was" in run.progress.report.problems[0].message
    assert sides.titles() == {1: "Mine", 2: "Old", 4: "Post 4"}
    assert sides.destination.requests == []


def test_a_row_that_has_changed_at_the_source_makes_the_plan_stale(
    sides: Sides, tmp_path: Path
) -> None:
    with planned(sides, tmp_path) as plan:
        sides.source.tables["posts"][2]["title"] = "Changed since"
        message = refusal(sides, plan)
    assert "changed at the source: posts 2. Make a new plan" in message


def test_a_row_that_is_gone_at_the_source_makes_the_plan_stale(
    sides: Sides, tmp_path: Path
) -> None:
    with planned(sides, tmp_path) as plan:
        del sides.source.tables["posts"][1], sides.source.tables["posts"][2]
        assert "2 rows of posts that cannot be found" in refusal(sides, plan)


def test_a_new_row_that_would_not_arrive_makes_the_plan_stale(tmp_path: Path) -> None:
    sides = Sides(replace(POSTS, references=(Reference("author", USERS, nullable=False),)))
    sides.fill([post(1)], [])
    with planned(sides, tmp_path) as plan:
        sides.source.tables["posts"][1]["author"] = "nobody"
        assert "changed at the source: posts 1" in refusal(sides, plan)


def test_of_many_rows_five_are_named(tmp_path: Path) -> None:
    sides = Sides()
    sides.fill([post(number) for number in range(1_000, 3_000)], [])
    with planned(sides, tmp_path) as plan:
        for row in sides.source.tables["posts"].values():
            row["title"] = "Changed since"
        message = refusal(sides, plan)
    assert "posts 1000, posts 1001, posts 1002, posts 1003, posts 1004 and 1,995 more" in message


def test_a_plan_that_was_carried_out_has_nothing_left_to_do(sides: Sides, tmp_path: Path) -> None:
    with planned(sides, tmp_path) as plan:
        carry_out(sides, plan)
        sides.destination.requests.clear()
        again = carry_out(sides, plan)
    assert (problems_of(again), sides.destination.requests) == ([], [])
    assert report_of(again).rows == Outcomes(unchanged=3)


def test_an_interrupted_run_of_a_plan_goes_on(sides: Sides, tmp_path: Path) -> None:
    with planned(sides, tmp_path) as plan:
        sides.rows()[1] = there(1)
        sides.rows()[2]["title"] = "Post 2"
        run = carry_out(sides, plan)
    assert (problems_of(run), report_of(run).rows) == ([], Outcomes(unchanged=2, updated=1))


def test_a_plan_of_new_rows_updates_none(sides: Sides, tmp_path: Path) -> None:
    with planned(sides, tmp_path, mode=SKIP) as plan:
        run = carry_out(sides, plan, mode=SKIP)
    assert (problems_of(run), report_of(run).rows) == ([], Outcomes(created=1))
    assert sides.titles()[2] == "Old"


def test_conflicts_of_the_dry_run_are_no_part_of_the_plan(sides: Sides, tmp_path: Path) -> None:
    with Baseline(tmp_path / "pair.sqlite") as baseline:
        real(sides.run(baseline=baseline))
        sides.source.tables["posts"][2]["title"] = "Ours"
        sides.rows()[2]["title"] = "Theirs"
        sides.source.tables["posts"][3]["title"] = "New"
        with planned(sides, tmp_path, baseline=baseline) as plan:
            run = carry_out(sides, plan, baseline=baseline)
    assert problems_of(run) == []
    assert sides.titles() == {1: "Post 1", 2: "Theirs", 3: "New", 4: "Post 4"}


def test_values_that_rows_swap_are_part_of_the_plan(tmp_path: Path) -> None:
    sides = Sides()
    sides.fill([post(1, slug="b"), post(2, slug="a")], [there(1, slug="a"), there(2, slug="b")])
    with planned(sides, tmp_path) as plan:
        run = planned_run(sides, plan)
        columns = run.destination.model.columns["posts"]
        columns["slug"] = replace(columns["slug"], unique=True)
        check_plan(run, plan)
        real(run)
    assert problems_of(run) == []
    assert sides.rows() == {1: there(1, slug="b"), 2: there(2, slug="a")}


def test_a_dry_run_of_a_plan_names_the_same_rows(sides: Sides, tmp_path: Path) -> None:
    with planned(sides, tmp_path) as plan:
        sides.rows()[2]["slug"] = "Mine"
        run = planned_run(sides, plan)
        request = replace(run.plan.request, dry_run=True, parts=("content",))
        run.plan = replace(run.plan, request=request)
        preview(run)
        assert problems_of(run) == [("2", "PLAN_ROW_CHANGED")]
        sides.source.tables["posts"][3]["title"] = "Changed since"
        with pytest.raises(InvalidRequest, match="posts 3"):
            preview(planned_run(sides, plan))


def test_a_row_that_changes_while_the_plan_is_carried_out_is_left_alone(
    sides: Sides, tmp_path: Path
) -> None:
    with planned(sides, tmp_path) as plan:
        run = planned_run(sides, plan)
        check_plan(run, plan)
        sides.rows()[2]["slug"] = "Mine"
        real(run)
    assert problems_of(run) == [("2", "PLAN_ROW_CHANGED")]
    assert sides.rows()[2] == there(2, title="Old", slug="Mine")
    assert report_of(run).rows == Outcomes(created=1, updated=1, problem=1)


def test_another_row_in_the_place_of_a_planned_one_makes_the_plan_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A singleton shows its row whatever the key."""
    sides = Sides(replace(POSTS, singleton=True))
    sides.fill([post(1)], [])
    with planned(sides, tmp_path) as plan:
        other = {7: post(7)}
        sides.source.tables["posts"] = other
        monkeypatch.setattr(sides.source, "by_key", lambda *_: other)
        with pytest.raises(InvalidRequest, match="changed at the source: posts 7"):
            check_plan(planned_run(sides, plan), plan)


def test_what_an_interrupted_run_of_the_plan_has_half_written_is_completed(
    sides: Sides, tmp_path: Path
) -> None:
    with (
        Baseline(tmp_path / "pair.sqlite") as baseline,
        planned(sides, tmp_path, baseline=baseline) as plan,
    ):
        baseline.writing("posts", [("2", ANY_STATE)])
        sides.rows()[2]["title"] = "Half written"
        sides.rows()[3]["title"] = "Somebody's"
        run = carry_out(sides, plan, baseline=baseline)
    assert [(one.key, one.code) for one in run.progress.report.problems] == [("3", CODE)]
    assert sides.titles() == {1: "Post 1", 2: "Post 2", 3: "Somebody's", 4: "Post 4"}
