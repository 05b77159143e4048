"""A dry run foresees what becomes of rows that refer to rows that do not arrive."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.instance.rows import Filter
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.plan.load_order import Edge, arrange
from sidecar.migration.plan.run import Run
from sidecar.migration.preview import _preview
from sidecar.migration.report.outcomes import Outcomes
from sidecar.migration.spool import RowSpool
from sidecar.resources.base import USERS, Reference, Resource
from tests.unit.memory import MemoryRows, run_of

TREE = Resource(
    "tree",
    "content",
    "/items/tree",
    "id",
    "integer",
    ("id", "up", "author"),
    references=(Reference("up", "tree"), Reference("author", USERS, nullable=False)),
)
FIRM = replace(TREE, references=(Reference("up", "tree", nullable=False), TREE.references[1]))
LEAVES = Resource(
    "leaves",
    "content",
    "/items/leaves",
    "id",
    "integer",
    ("id", "on", "fell_on"),
    references=(Reference("on", "tree", nullable=False), Reference("fell_on", "tree")),
)
WHO = Identities({USERS: {"helen": "helen-there"}}, frozenset({"tree", "leaves"}))

LENGTH = 3000


def node(number: int, up: int | None = None, author: str = "helen") -> dict[str, Any]:
    return {"id": number, "up": up, "author": author}


def made(resource: Resource, *rows: dict[str, Any], existing: tuple[int, ...] = ()) -> Run:
    source, destination = MemoryRows(page_rows=2), MemoryRows()
    source.tables["tree"] = {row["id"]: row for row in rows}
    destination.tables["tree"] = {key: node(key, None, "helen-there") for key in existing}
    return run_of(resource, source, destination, identities=WHO)


def previewed(run: Run) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """Keys and codes of the problems, and by column how many references are cleared."""
    for group in run.plan.groups:
        _preview(run, group)
    report = run.progress.report
    return sorted((one.key or "", one.code) for one in report.problems), {
        note.column or "": note.count for note in report.notes.values() if note.code == "CLEARED"
    }


def test_references_to_a_row_that_comes_later_are_cleared() -> None:
    run = made(TREE, node(1, 5), node(2, 1), node(3), node(5, 3, "nobody"), node(6, 5))
    assert previewed(run) == ([("5", "MISSING_REFERENCE")], {"up": 2})
    assert run.progress.report.resources["tree"].rows == Outcomes(created=4, problem=1)


def test_rows_that_may_not_be_without_them_take_others_with_them() -> None:
    rows = node(1, 2), node(2, 3), node(3, 4), node(4, 5), node(5, 5, "nobody"), node(6, 6)
    run = made(FIRM, *rows)
    problems, cleared = previewed(run)
    assert problems == [(str(key), "MISSING_REFERENCE") for key in range(1, 6)]
    assert cleared == {}
    assert run.progress.report.resources["tree"].rows == Outcomes(created=1, problem=5)


def test_a_row_that_the_destination_has_takes_nothing_with_it() -> None:
    run = made(FIRM, node(1, 2), node(2, 3), node(3, 3, "nobody"), existing=(3,))
    problems, _ = previewed(run)
    # Row 3 there is empty where the source may not be.
    assert problems == [("", "STAYS_NULLABLE"), ("3", "CONFLICT")]


def test_a_long_chain_is_followed_in_a_few_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    passes = []
    take = RowSpool.take

    def counted(spool: RowSpool, *sizes: int) -> Any:
        passes.append(spool)
        return take(spool, *sizes)

    monkeypatch.setattr(RowSpool, "take", counted)
    chain = [node(key, key - 1) for key in range(2, LENGTH)]
    run = made(FIRM, node(1, 1, "nobody"), *chain, node(LENGTH, LENGTH))
    assert previewed(run)[0] == sorted((str(key), "MISSING_REFERENCE") for key in range(1, LENGTH))
    assert len(passes) == 3


def test_an_empty_reference_to_a_row_that_does_not_arrive_is_not_filled() -> None:
    run = made(TREE, node(1, 2), node(2, None, "nobody"), existing=(1,))
    assert previewed(run) == ([("2", "MISSING_REFERENCE")], {"up": 1})
    assert {note.code for note in run.progress.report.notes.values()} == {"CLEARED"}
    assert run.progress.report.resources["tree"].rows == Outcomes(unchanged=1, problem=1)


def test_it_goes_on_into_collections_that_come_later() -> None:
    run = made(FIRM, node(1, 2), node(2, 2, "nobody"), node(3, 3))
    source: Any = run.source.rows
    leaves = [(1, 1, None), (2, 3, 1), (3, 3, 3)]
    source.tables["leaves"] = {
        key: {"id": key, "on": on, "fell_on": fell} for key, on, fell in leaves
    }
    run.progress.add_resource(LEAVES, len(leaves))
    edges = [
        Edge(one.name, ref.target, ref.column, ref.nullable)
        for one in (FIRM, LEAVES)
        for ref in one.references
    ]
    columns = {**run.source.model.columns, "leaves": {}}
    model = replace(run.source.model, columns=columns)
    resources = {"tree": FIRM, "leaves": LEAVES}
    run.plan = replace(
        run.plan,
        source=replace(run.source, model=model),
        resources=resources,
        groups=tuple(arrange(resources, edges)),
        rows={**run.plan.rows, "leaves": len(leaves)},
    )
    problems, cleared = previewed(run)
    assert problems == [("1", "MISSING_REFERENCE")] * 2 + [("2", "MISSING_REFERENCE")]
    assert cleared == {"fell_on": 1}
    assert run.progress.report.resources["leaves"].rows == Outcomes(created=2, problem=1)


def test_a_column_that_rows_leave_empty_stays_nullable() -> None:
    """The destination has row 1 from an earlier run, when its reference could be empty."""
    run = made(FIRM, node(1, 78), node(2, 3), node(3, 2), existing=(1,))
    run.identities = replace(run.identities, dangling={"tree": frozenset({78})})
    problems, _ = previewed(run)
    # Row 1 is as it has to be: 78 is nobody's key.
    assert problems == [("", "STAYS_NULLABLE")]
    (problem,) = [one for one in run.progress.report.problems if one.code == "STAYS_NULLABLE"]
    assert problem.message.startswith("up: stays nullable at the destination, because")
    assert previewed(made(FIRM, node(2, 3), node(3, 2)))[0] == []


def test_the_empty_values_of_a_column_that_no_filter_takes_are_read() -> None:
    """Directus takes a name that begins with an underscore for an operator of its filters."""
    resource = replace(
        FIRM,
        columns=("id", "_up", "author"),
        references=(Reference("_up", "tree", nullable=False), FIRM.references[1]),
    )
    source, destination = MemoryRows(), MemoryRows()
    source.tables["tree"] = {1: {"id": 1, "_up": 1, "author": "helen"}}
    destination.tables["tree"] = {
        key: {"id": key, "_up": None, "author": "helen-there"} for key in (1, 9)
    }
    run = run_of(resource, source, destination, identities=WHO)
    count = destination.count

    def count_all(resource: Resource, filter: Filter | None = None) -> int:
        assert filter is None
        return count(resource)

    destination.count = count_all  # type: ignore[method-assign]
    problems, _ = previewed(run)
    assert ("", "STAYS_NULLABLE") in problems
