"""Rows that Directus cannot show, on either side, in the matching of a resource."""

from dataclasses import replace
from typing import Any

from sidecar.migration.compare.matcher import RowMatch, match_all
from sidecar.migration.compare.settled_rows import settle
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcomes
from sidecar.resources.base import Reference, Resource
from tests.unit.memory import MemoryRows, run_of

COLUMNS = ("id", "title", "parent", "owner")
TREE = Resource("tree", "content", "/items/tree", "id", "integer", COLUMNS)
LINKED = replace(
    TREE, references=(Reference("parent", "tree"), Reference("owner", "tree", nullable=False))
)


def row(number: int, **values: Any) -> dict[str, Any]:
    return {"id": number, "title": f"Row {number}", "parent": None, "owner": 1, **values}


def sides(number: int = 4) -> tuple[MemoryRows, MemoryRows]:
    source, destination = MemoryRows(), MemoryRows()
    source.tables["tree"] = {key: row(key) for key in range(1, number)}
    return source, destination


def matches(run: Run, resource: Resource = TREE) -> list[RowMatch]:
    return [one for page in match_all(run, resource) for one in page]


def problems(run: Run) -> list[tuple[str | None, str]]:
    return [(one.key, one.code) for one in run.progress.report.problems]


def test_a_row_that_the_source_cannot_show_is_named_once_and_the_others_match() -> None:
    source, destination = sides()
    source.broken = {2}
    run = run_of(TREE, source, destination)
    assert [one.key for one in matches(run)] == [1, 3]
    assert [one.key for one in matches(run)] == [1, 3]
    assert problems(run) == [("2", "UNREADABLE_ROW")]
    (problem,) = run.progress.report.problems
    assert "the source's Directus cannot show at of this row" in problem.message
    assert run.progress.report.resources["tree"].failed == 1


def test_a_row_that_the_destination_cannot_show_counts_as_different() -> None:
    source, destination = sides()
    destination.tables["tree"] = {key: row(key) for key in (2, 3)}
    destination.broken = {2}
    run = run_of(TREE, source, destination)
    assert [one.state for one in matches(run)] == ["new", "different", "same"]
    assert problems(run) == [("2", "UNREADABLE_ROW")]
    assert "cannot be compared" in run.progress.report.problems[0].message


def test_a_reference_to_an_unreadable_row_is_cleared_or_bars_its_row() -> None:
    source, destination = sides()
    source.tables["tree"] |= {
        2: row(2, parent=3),
        3: row(3),
        4: row(4, parent=3),
        5: row(5, owner=3),
    }
    source.broken = {3}
    run = run_of(LINKED, source, destination)
    matches(run, LINKED)
    cleared, barred = matches(run, LINKED)[-2:]
    assert (cleared.state, cleared.mapped.lost_targets) == ("new", ("parent",))
    assert cleared.mapped.values["parent"] is None
    assert (barred.state, barred.mapped.barred) == ("barred", ("owner",))
    # The destination has it from an earlier run.
    destination.tables["tree"][3] = row(3)
    assert [one.state for one in matches(run, LINKED)[-2:]] == ["new", "new"]


def test_very_many_are_one_problem_more() -> None:
    source, destination = sides(301)
    source.broken = set(range(1, 301))
    run = run_of(TREE, source, destination)
    assert matches(run) == []
    assert matches(run) == []
    assert len(problems(run)) == 201
    assert problems(run)[-1] == (None, "UNREADABLE_ROW")
    outcomes = Outcomes()
    settle(run, TREE, outcomes, 0)
    assert outcomes.problem == rows_with_problems(run) == 300


def test_of_very_many_at_the_destination_one_problem_stands_for_those_of_all_pages() -> None:
    source, destination = sides(301)
    destination.tables["tree"] = {key: row(key) for key in range(1, 301)}
    destination.broken = set(range(1, 301))
    run = run_of(TREE, source, destination)
    assert {one.state for one in matches(run)} == {"different"}
    assert len(problems(run)) == 201
    assert rows_with_problems(run) == 200


def rows_with_problems(run: Run) -> int:
    return sum(group["rows"] for group in run.progress.report.problem_groups.document())
