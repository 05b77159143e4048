"""The loader writes the rows that the destination does not have, and tells what becomes of each."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from sidecar.errors import Cancelled, DirectusRejected
from sidecar.migration.apply.batch_size import BatchSize
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.cleared_recorder import ClearedRecorder
from sidecar.migration.apply.loader import Loader
from sidecar.migration.apply.reference_filler import ReferenceFiller
from sidecar.migration.apply.second_write import SecondWrite
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.instance.cleared import Columns
from sidecar.migration.instance.journal import Journal, JournalEntries
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.plan.run import Run
from sidecar.resources.base import USERS, Reference, Resource
from tests.unit.memory import MemoryRows, Recorder, Row, run_of

PAGES = Resource(
    "pages",
    "content",
    "/items/pages",
    "id",
    "integer",
    ("id", "title", "parent", "author", "token"),
    references=(Reference("parent", "pages"), Reference("author", USERS, nullable=False)),
    auto_uuid=("token",),
)
WHO = Identities({USERS: {"helen": "helen-there"}}, frozenset({"pages"}))


class State:
    """A destination that needs no preparation; keeps what it was asked to prepare for."""

    def __init__(self, requests: Sequence[Any] = ()) -> None:
        self.requests = requests
        self.requests_before: list[int] = []
        self.prepared: list[tuple[str, bool]] = []
        self.cleared: list[tuple[str, Columns]] = []

    def for_rows(self, name: str, *, second_write: bool) -> None:
        self.prepared.append((name, second_write))

    def clear(self, name: str, columns: Columns) -> None:
        self.cleared.append((name, columns))
        self.requests_before.append(len(self.requests))

    def deactivate_flows(self, resource: Resource, rows: Sequence[Row]) -> Sequence[Row]:
        return rows


@pytest.fixture
def source() -> MemoryRows:
    return MemoryRows()


@pytest.fixture
def destination() -> MemoryRows:
    return MemoryRows()


@pytest.fixture
def ledger() -> Iterator[RowLedger]:
    with RowLedger() as opened:
        yield opened


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as opened:
        yield opened


def page(number: int, **values: Any) -> Row:
    row = {"id": number, "title": f"Page {number}", "parent": None, "author": "helen"}
    return {**row, "token": f"t{number}", **values}


def fill(rows: MemoryRows, *pages: Row) -> None:
    rows.tables["pages"] = {row["id"]: row for row in pages}


def load(
    run: Run, ledger: RowLedger, pool: Executor, resource: Resource = PAGES
) -> tuple[Loader, State]:
    state: Any = State()
    late = run.plan.late_columns(resource)
    second_write = SecondWrite(resource, run.plan.deferred(resource), late)
    changes = SourceChanges(run, ledger)
    writer = BatchWriter(run.destination, resource, run.progress, BatchSize(), changes, run.refused)
    cleared = ClearedRecorder(state, resource)
    with second_write, ReferenceFiller(run, resource, ledger) as filler:
        loader = Loader(run, state, second_write, writer, ledger, pool, cleared, filler)
        loader.load(run.source.rows.pages(PAGES, PAGES.columns))
        loader.write_again()
    return loader, state


def counts(run: Run) -> tuple[int, int, int]:
    row = run.progress.report.resources["pages"]
    return row.created, row.skipped, row.failed


def test_new_rows_are_created_with_their_references_mapped(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, *(page(number) for number in range(5)))
    run = run_of(PAGES, source, destination, identities=WHO)
    load(run, ledger, pool)
    assert counts(run) == (5, 0, 0)
    assert {row["author"] for row in destination.tables["pages"].values()} == {"helen-there"}


def test_rows_that_exist_are_skipped_and_stay_as_they_are(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, page(1), page(2))
    fill(destination, page(1, title="Theirs", author="helen-there"))
    run = run_of(PAGES, source, destination, identities=WHO)
    load(run, ledger, pool)
    assert counts(run) == (1, 1, 0)
    assert destination.tables["pages"][1]["title"] == "Theirs"
    assert ledger.existed(PAGES, 1)
    assert not ledger.existed(PAGES, 2)


def test_nothing_is_prepared_where_nothing_is_written(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, page(1))
    fill(destination, page(1, author="helen-there"))
    _, state = load(run_of(PAGES, source, destination, identities=WHO), ledger, pool)
    assert state.prepared == []
    assert destination.requests == []


def test_a_row_whose_reference_may_not_be_null_is_named_and_left_out(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, page(1, author="nobody"), page(2))
    run = run_of(PAGES, source, destination, identities=WHO)
    load(run, ledger, pool)
    assert counts(run) == (1, 0, 1)
    (problem,) = run.progress.report.problems
    assert (problem.key, problem.code) == ("1", "MISSING_REFERENCE")


def test_a_reference_that_may_be_null_is_cleared_and_noted(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    loose = replace(PAGES, references=(Reference("author", USERS),))
    fill(source, page(1, author="nobody"))
    run = run_of(loose, source, destination, identities=WHO)
    state: Any = State(destination.requests)
    with SecondWrite(loose, ()) as second_write:
        changes = SourceChanges(run, ledger)
        writer = BatchWriter(
            run.destination, loose, run.progress, BatchSize(), changes, run.refused
        )
        cleared = ClearedRecorder(state, loose)
        with ReferenceFiller(run, loose, ledger) as filler:
            loader = Loader(run, state, second_write, writer, ledger, pool, cleared, filler)
            loader.load(run.source.rows.pages(loose, loose.columns))
    assert destination.tables["pages"][1]["author"] is None
    assert ("pages", "CLEARED", "author") in run.progress.report.notes
    assert state.cleared == [("pages", {"author": {"nobody"}})]
    assert state.requests_before == [0]


def test_a_child_follows_its_parent_in_one_write(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, page(1, parent=2), page(2, parent=3), page(3))
    run = run_of(PAGES, source, destination, identities=WHO)
    load(run, ledger, pool)
    assert [kind for kind, _ in destination.requests] == ["create"] * 3
    assert destination.tables["pages"][1]["parent"] == 2


def test_a_circle_takes_a_second_write(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, page(1, parent=2), page(2, parent=1))
    run = run_of(PAGES, source, destination, identities=WHO)
    load(run, ledger, pool)
    assert [kind for kind, _ in destination.requests] == ["create", "update"]
    parents = {key: row["parent"] for key, row in destination.tables["pages"].items()}
    assert parents == {1: 2, 2: 1}


@pytest.mark.parametrize("empty", [None, "", 0])
def test_an_empty_value_that_directus_fills_in_is_set_back(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor, empty: Any
) -> None:
    fill(source, page(1, token=empty), page(2))
    run = run_of(PAGES, source, destination, identities=WHO)
    load(run, ledger, pool)
    assert destination.requests[-1] == ("update", [1])


def test_a_row_that_an_earlier_run_did_not_finish_gets_its_second_write(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, page(1, parent=2), page(2))
    fill(
        destination,
        page(1, author="helen-there"),
        page(2, author="helen-there"),
    )
    run = run_of(PAGES, source, destination, identities=WHO)
    client: Any = None
    run.journal = Journal(client, JournalEntries(unfinished=frozenset({"pages"})))
    load(run, ledger, pool)
    assert destination.tables["pages"][1]["parent"] == 2
    assert counts(run) == (0, 2, 0)


def test_a_column_that_came_after_the_rows_is_set_afterwards(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, page(1), page(2))
    fill(destination, page(1, author="helen-there", title="default of the column"))
    run = run_of(PAGES, source, destination, identities=WHO)
    del run.plan.destination.model.columns["pages"]["title"]
    entries = JournalEntries(unfinished=frozenset({"pages"}))
    run.plan = replace(run.plan, journal=entries)
    client: Any = None
    run.journal = Journal(client, entries)
    load(run, ledger, pool)
    titles = {key: row["title"] for key, row in destination.tables["pages"].items()}
    assert titles == {1: "Page 1", 2: "Page 2"}
    assert [kind for kind, _ in destination.requests] == ["create", "update"]


def test_rows_without_a_refused_column_count_as_unfinished(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, page(1))
    run = run_of(replace(PAGES, auto_uuid=()), source, destination, identities=WHO)
    run.plan = replace(run.plan, incomplete=frozenset({"pages"}))
    _, state = load(run, ledger, pool)
    assert state.prepared == [("pages", True)]


def test_a_refused_row_fails_and_the_others_arrive(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, page(1), page(2), page(3))
    error = DirectusRejected("no", code="FAILED_VALIDATION", status=400)
    destination.refuse = lambda rows: error if any(row["id"] == 2 for row in rows) else None
    run = run_of(PAGES, source, destination, identities=WHO)
    load(run, ledger, pool)
    assert counts(run) == (2, 0, 1)
    assert not ledger.arrived(PAGES, 2)
    assert ledger.arrived(PAGES, 3)


def test_a_cancelled_run_stops_between_pages(
    source: MemoryRows, destination: MemoryRows, ledger: RowLedger, pool: Executor
) -> None:
    fill(source, *(page(number) for number in range(9)))
    watcher = Recorder()
    run = run_of(PAGES, source, destination, identities=WHO, watcher=watcher)
    watcher.cancel = True
    with pytest.raises(Cancelled):
        load(run, ledger, pool)
    assert len(destination.tables["pages"]) < 9
