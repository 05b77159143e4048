"""Conflicts are counted and named, and so are rows of which no earlier run is known."""

from sidecar.migration.compare.conflicts import report_updates
from sidecar.migration.compare.updates import Update
from sidecar.migration.plan.run import Run
from tests.unit.migration.updating import (
    POSTS,
    Sides,
    matches_of,
    notes_of,
    post,
    problems_of,
    report_of,
    there,
)

KEPT = Update((), "both", is_kept=True)
OVERWRITTEN = Update(("title",), "both")


def reported(conflicts: str, *updates: Update) -> Run:
    """A run that has reported what becomes of its rows."""
    sides = Sides()
    keys = range(len(updates))
    sides.fill([post(key) for key in keys], [there(key, title="Theirs") for key in keys])
    run = sides.run(conflicts=conflicts)
    report_updates(run, POSTS, matches_of(run), dict(zip(keys, updates, strict=True)))
    return run


def test_what_nobody_decided_is_a_problem_that_names_the_columns_and_says_what_to_do() -> None:
    run = reported("ask", KEPT)
    (problem,) = run.progress.report.problems
    assert (problem.key, problem.code, problem.columns) == (
        "0",
        "CHANGED_ON_BOTH_SIDES",
        ("title",),
    )
    assert "differ in title" in problem.message
    assert "let the source or the destination win" in problem.message
    assert report_of(run).conflicts == 1


def test_what_somebody_decided_is_a_note() -> None:
    for conflicts, update in (("destination", KEPT), ("source", OVERWRITTEN)):
        run = reported(conflicts, update, update)
        assert (problems_of(run), notes_of(run)) == ([], {"CHANGED_ON_BOTH_SIDES": 2})
        assert report_of(run).conflicts == 2


def test_a_change_of_one_side_is_no_conflict() -> None:
    run = reported("ask", Update(("title",), "source"), Update(("title",), "destination"))
    assert (problems_of(run), notes_of(run), report_of(run).conflicts) == ([], {}, 0)


def test_a_row_that_both_have_changed_where_nothing_would_be_set_is_no_conflict() -> None:
    assert report_of(reported("ask", Update((), "both"))).conflicts == 0


def test_only_rows_that_are_overwritten_need_to_be_known() -> None:
    run = reported("ask", Update(("title",)), Update(), Update(("title",), "source"))
    assert notes_of(run) == {"NO_BASELINE": 1}
