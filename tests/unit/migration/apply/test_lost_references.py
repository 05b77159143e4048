"""References to rows of the same table that do not arrive are cleared, or cost their rows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.apply.lost_references import without_lost
from sidecar.migration.apply.self_references import SelfReferenceBuffer
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.plan.run import Run
from sidecar.migration.preview import _preview
from sidecar.resources.base import Reference, Resource
from tests.unit.memory import MemoryRows, Row, run_of
from tests.unit.migration.apply.test_loader import PAGES, WHO, counts, fill, load, page

LENGTH = 3000


def loaded(run: Run, resource: Resource = PAGES) -> None:
    with RowLedger() as ledger, ThreadPoolExecutor(2) as pool:
        load(run, ledger, pool, resource)


def destination_of(run: Run) -> dict[Any, Row]:
    rows: Any = run.destination.rows
    return dict(rows.tables["pages"])


def test_references_to_a_row_that_does_not_arrive_are_cleared() -> None:
    source, destination = MemoryRows(), MemoryRows()
    fill(source, page(1, parent=5), page(2), page(3), page(5, author="nobody"), page(6, parent=5))
    run = run_of(PAGES, source, destination, identities=WHO)
    loaded(run)
    parents = {key: row["parent"] for key, row in destination.tables["pages"].items()}
    assert parents == {1: None, 2: None, 3: None, 6: None}
    problems = [(one.key, one.code) for one in run.progress.report.problems]
    assert problems == [("5", "MISSING_REFERENCE")]
    assert run.progress.report.notes["pages", "CLEARED", "parent"].count == 2


def test_references_to_a_row_that_the_destination_refuses_are_cleared() -> None:
    source, destination = MemoryRows(), MemoryRows()
    fill(source, page(1, parent=5), page(2), page(5), page(6, parent=1))
    error = DirectusRejected("no", code="FAILED_VALIDATION", status=400)
    destination.refuse = lambda rows: error if any(row["id"] == 5 for row in rows) else None
    run = run_of(PAGES, source, destination, identities=WHO)
    loaded(run)
    parents = {key: row["parent"] for key, row in destination.tables["pages"].items()}
    assert parents == {1: None, 2: None, 6: 1}
    assert [one.key for one in run.progress.report.problems] == ["5"]


def test_rows_that_may_not_be_without_such_a_reference_are_not_created() -> None:
    source, destination = MemoryRows(), MemoryRows()
    parent = Reference("parent", "pages", nullable=False)
    firm = replace(PAGES, references=(parent, PAGES.references[1]))
    fill(
        source,
        page(1, parent=2),
        page(2, parent=5),
        page(3, parent=3),
        page(4, parent=3),
        page(5, parent=3, author="nobody"),
    )
    run = run_of(firm, source, destination, identities=WHO)
    loaded(run, firm)
    assert sorted(destination.tables["pages"]) == [3, 4]
    problems = sorted((one.key, one.code) for one in run.progress.report.problems)
    assert problems == [(key, "MISSING_REFERENCE") for key in "125"]
    assert counts(run) == (2, 0, 3)


def test_a_row_that_waits_and_is_refused_is_not_named_for_what_else_it_lost() -> None:
    """Row 5 cannot point at row 1, and later turns out not to arrive, because row 9 does not."""
    references = (
        Reference("parent", "pages", nullable=False),
        Reference("title", "pages"),
        PAGES.references[1],
    )
    resource = replace(PAGES, references=references)
    rows = [
        page(1, parent=1, title=None, author="nobody"),
        page(2, parent=2, title=None),
        page(3, parent=3, title=None),
        page(4, parent=2, title=1),
        page(5, parent=9, title=1),
        page(9, parent=9, title=1, author="nobody"),
    ]
    runs = []
    for _ in range(2):
        source, destination = MemoryRows(), MemoryRows()
        fill(source, *rows)
        runs.append(run_of(resource, source, destination, identities=WHO))
    real, dry = runs
    loaded(real, resource)
    _preview(dry, dry.plan.groups[0])
    written = {key: row.get("title") for key, row in destination_of(real).items()}
    assert written == {2: None, 3: None, 4: None}
    for run in runs:
        assert sorted(str(one.key) for one in run.progress.report.problems) == ["1", "5", "9"]
        assert run.progress.report.notes["pages", "CLEARED", "title"].count == 1


def test_a_long_chain_is_followed_in_a_few_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    passes = []
    rest = SelfReferenceBuffer.rest

    def counted(buffer: SelfReferenceBuffer) -> Iterator[list[Row]]:
        passes.append(buffer)
        return rest(buffer)

    monkeypatch.setattr(SelfReferenceBuffer, "rest", counted)
    source, destination = MemoryRows(), MemoryRows()
    parent = Reference("parent", "pages", nullable=False)
    firm = replace(PAGES, references=(parent, PAGES.references[1]))
    chain = [page(key, parent=key - 1) for key in range(2, LENGTH)]
    fill(source, page(1, parent=1, author="nobody"), *chain, page(LENGTH, parent=LENGTH))
    run = run_of(firm, source, destination, identities=WHO)
    loaded(run, firm)
    assert sorted(destination.tables["pages"]) == [LENGTH]
    assert counts(run) == (1, 0, LENGTH - 1)
    # The last one takes those that are written.
    assert len(passes) == 4


def test_an_empty_reference_to_a_row_that_does_not_arrive_stays_empty() -> None:
    source, destination = MemoryRows(), MemoryRows()
    fill(source, page(1, parent=9), page(2), page(3), page(9, author="nobody"))
    fill(destination, page(1, author="helen-there"))
    run = run_of(PAGES, source, destination, identities=WHO)
    loaded(run)
    assert {code for _, code, _ in run.progress.report.notes} == set()
    assert ("update", [1]) not in destination.requests


def test_a_row_that_lacks_two_references_is_one_problem() -> None:
    columns = ("parent", "author", "token")
    references = tuple(Reference(name, "pages", nullable=name == "token") for name in columns)
    resource = replace(PAGES, references=references)
    run = run_of(resource, MemoryRows(), MemoryRows(), identities=WHO)
    run.refused.add("pages", [5, 6])
    rows: list[Row] = [
        {"id": 1, "parent": 5, "author": 6, "token": 6},
        {"id": 2, "parent": 7, "token": None},
    ]
    assert without_lost(run, resource, rows) == [{"id": 1, "token": None}, rows[1]]
    (problem,) = run.progress.report.problems
    assert (problem.key, problem.columns) == ("1", ("parent", "author"))
