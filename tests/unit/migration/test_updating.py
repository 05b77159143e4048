"""A run that updates gives existing rows the source's values, and a dry run says so in advance."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sidecar.errors import DirectusRejected, Interrupted
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.existing import DESTINATION, SKIP, SOURCE
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcomes
from tests.unit.migration.updating import (
    Sides,
    dry,
    notes_of,
    post,
    problems_of,
    real,
    report_of,
    there,
)

Way = Callable[[Run], Run]
BOTH = pytest.mark.parametrize("way", [dry, real])


@pytest.fixture
def sides() -> Sides:
    return Sides()


@pytest.fixture
def baseline(tmp_path: Path) -> Iterator[Baseline]:
    with Baseline(tmp_path / "pair.sqlite") as opened:
        yield opened


@BOTH
def test_rows_are_updated_only_where_the_administrator_says_so(sides: Sides, way: Way) -> None:
    sides.fill([post(1), post(2), post(3)], [there(1), there(2, title="Old"), there(9)])
    skipped = way(sides.run(mode=SKIP))
    assert (report_of(skipped).updated, problems_of(skipped)) == (0, [("2", "CONFLICT")])
    assert sides.titles()[2] == "Old"
    updated = way(sides.run())
    assert (report_of(updated).updated, problems_of(updated)) == (1, [])
    assert report_of(updated).only_at_destination == 1


def test_only_the_columns_that_differ_are_sent(sides: Sides) -> None:
    sides.fill([post(1), post(2, author=None)], [there(1, title="Old"), there(2)])
    sent: list[dict[str, Any]] = []
    sides.destination.refuse = lambda rows: sent.extend(rows)
    run = real(sides.run())
    assert sent == [{"id": 1, "title": "Post 1"}, {"id": 2, "author": None}]
    assert report_of(run).rows == Outcomes(updated=2)
    assert sides.rows() == {1: there(1), 2: there(2, author=None)}


def test_a_second_run_has_nothing_to_do(sides: Sides) -> None:
    sides.fill([post(1), post(2)], [there(1, title="Old")])
    real(sides.run())
    sides.destination.requests.clear()
    again = real(sides.run())
    assert sides.destination.requests == []
    assert report_of(again).rows == Outcomes(unchanged=2)


@BOTH
@pytest.mark.parametrize(
    ("conflicts", "title", "problems", "notes"),
    [
        ("ask", "Theirs", [("1", "CHANGED_ON_BOTH_SIDES")], {}),
        (DESTINATION, "Theirs", [], {"CHANGED_ON_BOTH_SIDES": 1}),
        (SOURCE, "Ours", [], {"CHANGED_ON_BOTH_SIDES": 1}),
    ],
)
def test_of_a_row_that_both_sides_have_changed_the_policy_decides(
    sides: Sides,
    baseline: Baseline,
    way: Way,
    conflicts: str,
    title: str,
    problems: list[tuple[str, str]],
    notes: dict[str, int],
) -> None:
    sides.fill([post(1), post(2), post(3)], [])
    real(sides.run(baseline=baseline))
    sides.source.tables["posts"][1]["title"] = "Ours"
    sides.rows()[1]["title"] = "Theirs"
    sides.source.tables["posts"][2]["title"] = "Changed at the source only"
    run = way(sides.run(conflicts=conflicts, baseline=baseline))
    assert (problems_of(run), notes_of(run)) == (problems, notes)
    assert report_of(run).conflicts == 1
    assert report_of(run).updated == (2 if conflicts == SOURCE else 1)
    if way is real:
        assert sides.titles() == {1: title, 2: "Changed at the source only", 3: "Post 3"}


@BOTH
def test_a_row_that_only_the_destination_has_changed_gets_the_sources_values(
    sides: Sides, baseline: Baseline, way: Way
) -> None:
    sides.fill([post(1)], [there(1)])
    real(sides.run(baseline=baseline))
    sides.rows()[1]["title"] = "Theirs"
    run = way(sides.run(baseline=baseline))
    assert (problems_of(run), notes_of(run), report_of(run).updated) == ([], {}, 1)


@BOTH
def test_without_an_earlier_run_the_source_wins_and_a_note_says_so(sides: Sides, way: Way) -> None:
    sides.fill([post(1), post(2)], [there(1, title="Theirs"), there(2)])
    run = way(sides.run())
    assert (problems_of(run), notes_of(run)) == ([], {"NO_BASELINE": 1})


def test_what_an_interrupted_run_has_written_is_no_work_of_others(
    sides: Sides, baseline: Baseline
) -> None:
    sides.fill([post(1)], [there(1)])
    real(sides.run(baseline=baseline))
    sides.source.tables["posts"][1].update(title="New")

    def die(_: object) -> None:
        sides.rows()[1]["title"] = "New"
        raise Interrupted("The worker stops")

    sides.destination.refuse = die
    with pytest.raises(Interrupted):
        real(sides.run(baseline=baseline))
    # The source has changed again before the run goes on.
    sides.source.tables["posts"][1].update(title="Newer")
    sides.destination.refuse = lambda rows: None
    run = real(sides.run(baseline=baseline))
    assert (problems_of(run), sides.titles()) == ([], {1: "Newer"})


def test_an_update_that_is_refused_is_named_and_the_others_arrive(sides: Sides) -> None:
    sides.fill([post(1), post(2)], [there(1, title="Old"), there(2, title="Old")])
    error = DirectusRejected("no", code="FAILED_VALIDATION", status=400)
    sides.destination.refuse = lambda rows: error if any(row["id"] == 1 for row in rows) else None
    run = real(sides.run())
    assert problems_of(run) == [("1", "FAILED_VALIDATION")]
    assert report_of(run).rows == Outcomes(updated=1, problem=1)
    assert sides.titles() == {1: "Old", 2: "Post 2"}


@BOTH
def test_protected_rows_and_personal_columns_stay(way: Way) -> None:
    sides = Sides()
    rules = replace(sides.resource.rules, personal=("slug",))
    sides = Sides(replace(sides.resource, rules=rules))
    sides.fill([post(1), post(2)], [there(1, title="Old"), there(2, title="Old", slug="mine")])
    run = sides.run()
    run.plan = replace(run.plan, protected={"posts": frozenset({1})})
    assert report_of(way(run)).updated == 1
    if way is real:
        assert sides.rows() == {1: there(1, title="Old"), 2: there(2, slug="mine")}


def test_dry_run_and_real_run_list_the_same_changes(sides: Sides, tmp_path: Path) -> None:
    sides.fill(
        [post(1), post(2), post(3, title="New title")], [there(1), there(3), there(9, title="Nine")]
    )
    listed = []
    for way in (dry, real):
        with ChangeList.create(tmp_path / f"{way.__name__}.sqlite") as changes:
            way(sides.run(changes=changes))
            listed.append([one._replace(id=0) for one in changes.page("posts", None, 0, 10)])
    foreseen = [one for one in listed[0] if one.kind != "only_at_destination"]
    assert sorted(foreseen) == sorted(listed[1])
    assert [one.label for one in listed[0] if one.kind == "only_at_destination"] == ["Nine"]
    (changed,) = (one for one in foreseen if one.kind == "changed")
    assert (changed.key, changed.fields) == ("3", {"title": ("Post 3", "New title")})
