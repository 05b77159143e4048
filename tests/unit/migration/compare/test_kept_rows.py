"""What is reported of existing rows that differ."""

from typing import Any

import pytest

from sidecar.migration.compare.kept_rows import report_conflict
from sidecar.migration.compare.matcher import RowMatch, match_all
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Reference, Resource
from tests.unit.memory import MemoryRows, run_of

NODES = Resource(
    "nodes",
    "content",
    "/items/nodes",
    "id",
    "integer",
    ("id", "up", "title"),
    (Reference("up", "nodes", nullable=False),),
)


def matched(**there: Any) -> tuple[Run, RowMatch]:
    source, destination = MemoryRows(), MemoryRows()
    row = {"id": 1, "up": 9, "title": "a"}
    source.tables["nodes"] = {1: row}
    destination.tables["nodes"] = {1: {**row, **there}}
    run = run_of(NODES, source, destination)
    run.refused.add("nodes", [9])
    ((match,),) = match_all(run, NODES)
    return run, match


@pytest.mark.parametrize(
    ("there", "code", "columns"),
    [
        ({"up": None}, "MISSING_REFERENCE", ("up",)),
        ({"up": None, "title": "b"}, "MISSING_REFERENCE", ("up",)),
        # The destination has something else there.
        ({"up": 1}, "CONFLICT", ("up",)),
        ({"title": "b"}, "CONFLICT", ("title",)),
    ],
)
def test_a_row_that_lacks_a_required_reference_is_reported_as_a_new_one(
    there: dict[str, Any], code: str, columns: tuple[str, ...]
) -> None:
    run, match = matched(**there)
    report_conflict(NODES, match, run.progress)
    (problem,) = run.progress.report.problems
    assert (problem.key, problem.code, tuple(problem.columns)) == ("1", code, columns)
