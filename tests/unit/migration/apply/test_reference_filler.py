"""Empty references of existing rows are filled, and nothing that somebody has set is touched."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.apply.batch_size import BatchSize
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.reference_filler import ReferenceFiller
from sidecar.migration.apply.second_write import SecondWrite
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.compare.empty_references import (
    columns_to_fill,
    fillable_columns,
    missing_targets,
)
from sidecar.migration.compare.matcher import Matcher, match_all
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.instance.cleared import ClearedReferences
from sidecar.migration.instance.journal import JournalEntries
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.plan.run import Run
from sidecar.migration.preview import _preview
from sidecar.migration.report.outcomes import Outcomes
from sidecar.resources.base import (
    FILES,
    USERS,
    Column,
    Reference,
    Resource,
)
from tests.unit.memory import MemoryRows, Recorder, run_of
from tests.unit.migration.system_resources import system_resource

POSTS = Resource(
    "posts",
    "content",
    "/items/posts",
    "id",
    "integer",
    ("id", "title", "author", "editor"),
    references=(Reference("author", USERS), Reference("editor", USERS)),
)
WHO = Identities({USERS: {"helen": "helen-there"}}, frozenset({"posts"}))
REFUSED = DirectusRejected("No such user", code="INVALID_FOREIGN_KEY", status=400)


def post(number: int, **values: Any) -> dict[str, Any]:
    return {"id": number, "title": f"Post {number}", "author": None, "editor": None, **values}


@pytest.fixture
def source() -> MemoryRows:
    rows = MemoryRows(page_rows=10)
    rows.tables["posts"] = {
        1: post(1, author="helen"),
        2: post(2, author="helen", editor="helen"),
        3: post(3, author="helen", editor="nobody"),
        4: post(4, author="helen"),
        5: post(5, author="helen"),
        6: post(6, author="helen"),
    }
    return rows


@pytest.fixture
def destination() -> MemoryRows:
    """1 and 2 differ in empty references only, 3 also misses somebody who is nowhere. 4 has another
    title, 5 another author, and 6 is the same."""
    rows = MemoryRows()
    rows.tables["posts"] = {
        1: post(1),
        2: post(2, editor="helen-there"),
        3: post(3),
        4: post(4, title="Theirs"),
        5: post(5, author="ada"),
        6: post(6, author="helen-there"),
    }
    return rows


@pytest.fixture
def run(source: MemoryRows, destination: MemoryRows) -> Run:
    return run_of(POSTS, source, destination, identities=WHO)


@pytest.fixture
def ledger() -> Iterator[RowLedger]:
    with RowLedger() as opened:
        yield opened


def fill(run: Run, source: MemoryRows, ledger: RowLedger) -> int:
    """Fill all rows; returns how many were found."""
    changes = SourceChanges(run, ledger)
    writer = BatchWriter(run.destination, POSTS, run.progress, BatchSize(), changes, run.refused)
    rows = list(source.tables["posts"].values())
    ledger.add(POSTS, rows)
    with ReferenceFiller(run, POSTS, ledger) as filler, SecondWrite(POSTS, ()) as second_write:
        filler.consider(Matcher(run, POSTS, filler.columns).match(rows))
        found = list(filler.find())
        for row in found:
            second_write.fill(row)
        second_write.write(writer, list)
    return len(found)


def test_what_is_empty_is_filled_and_what_somebody_set_stays(
    run: Run, source: MemoryRows, destination: MemoryRows, ledger: RowLedger
) -> None:
    assert fill(run, source, ledger) == 3
    assert isinstance(run.progress.watcher, Recorder)
    assert "posts: set author in 3 rows" in run.progress.watcher.lines
    assert destination.tables["posts"] == {
        1: post(1, author="helen-there"),
        2: post(2, author="helen-there", editor="helen-there"),
        3: post(3, author="helen-there"),
        4: post(4, title="Theirs"),
        5: post(5, author="ada"),
        6: post(6, author="helen-there"),
    }
    assert [ledger.updated(POSTS, key) for key in range(1, 7)] == [True] * 3 + [False] * 3
    (note,) = run.progress.report.notes.values()
    assert (note.code, note.column, note.count) == ("FILLED", "author", 3)


def test_a_second_time_nothing_is_filled(
    run: Run, source: MemoryRows, destination: MemoryRows, ledger: RowLedger
) -> None:
    fill(run, source, ledger)
    destination.requests.clear()
    assert fill(run, source, ledger) == 0
    assert destination.requests == []


def test_a_dry_run_counts_the_same_rows(run: Run) -> None:
    _preview(run, *run.plan.groups)
    counted = run.progress.report.resources["posts"]
    assert counted.rows == Outcomes(updated=3, unchanged=1, problem=2)
    assert (counted.unchanged, counted.conflicting) == (1, 2)
    assert [one.key for one in run.progress.report.problems] == ["4", "5"]
    (note,) = run.progress.report.notes.values()
    assert (note.code, note.column, note.count) == ("FILLED", "author", 3)


def test_a_dry_run_foresees_that_a_unique_reference_is_taken(run: Run) -> None:
    model = run.destination.model
    unique = Column("author", "uuid", unique=True)
    columns = {**model.columns, "posts": {**model.columns["posts"], "author": unique}}
    run.destination = replace(run.destination, model=replace(model, columns=columns))
    _preview(run, *run.plan.groups)
    problems = run.progress.report.problems
    # Post 6 has the author already; 4 and 5 differ in more.
    assert [(one.key, one.code) for one in problems] == [
        *((key, "RECORD_NOT_UNIQUE") for key in "123"),
        ("4", "CONFLICT"),
        ("5", "CONFLICT"),
    ]
    assert problems[0].columns == ("author",)
    assert "the row 6 of the destination" in problems[0].message
    assert run.progress.report.resources["posts"].rows == Outcomes(unchanged=1, problem=5)


def test_a_row_whose_reference_is_refused_is_named(
    run: Run, source: MemoryRows, destination: MemoryRows, ledger: RowLedger
) -> None:
    destination.refuse = lambda rows: REFUSED if any(row["id"] == 2 for row in rows) else None
    fill(run, source, ledger)
    assert [(one.key, one.code) for one in run.progress.report.problems] == [
        ("2", "INVALID_FOREIGN_KEY")
    ]
    assert destination.tables["posts"][1]["author"] == "helen-there"
    assert destination.tables["posts"][2]["author"] is None


def with_journal(run: Run, **columns: set[str]) -> Run:
    """``run`` to a destination where an earlier run has left ``columns`` empty."""
    keys = {column: frozenset(targets) for column, targets in columns.items()}
    cleared = ClearedReferences({"posts": keys})
    run.plan = replace(run.plan, journal=JournalEntries(1, cleared=cleared))
    return run


def test_what_a_run_left_empty_is_filled_although_something_else_differs(
    run: Run, source: MemoryRows, destination: MemoryRows, ledger: RowLedger
) -> None:
    assert fill(with_journal(run, author={"helen"}), source, ledger) == 4
    authors = {key: row["author"] for key, row in destination.tables["posts"].items()}
    assert authors == {**dict.fromkeys((1, 2, 3, 4, 6), "helen-there"), 5: "ada"}
    assert destination.tables["posts"][4]["title"] == "Theirs"


def test_what_somebody_has_emptied_stays_empty(
    run: Run, source: MemoryRows, destination: MemoryRows, ledger: RowLedger
) -> None:
    """The journal would name the target otherwise."""
    assert fill(with_journal(run, author={"ada"}, editor={"helen"}), source, ledger) == 0
    assert destination.requests == []


def test_what_an_earlier_version_left_empty_is_filled_though_a_run_has_died_since(
    run: Run, source: MemoryRows, destination: MemoryRows, ledger: RowLedger
) -> None:
    """The dead run recorded the missing targets of editors only, and not of all rows."""
    with_journal(run, editor={"helen"})
    unsettled = replace(run.plan.journal, unsettled=frozenset({"posts"}))
    run.plan = replace(run.plan, journal=unsettled)
    assert fill(run, source, ledger) == 3
    authors = {key: row["author"] for key, row in destination.tables["posts"].items()}
    assert authors == {**dict.fromkeys((1, 2, 3, 6), "helen-there"), 4: None, 5: "ada"}


@pytest.mark.parametrize(
    ("columns", "outcomes", "different"),
    [
        ({"author": {"helen"}}, Outcomes(updated=3, unchanged=1, problem=2), {"title", "author"}),
        ({}, Outcomes(unchanged=1, problem=5), {"author", "title, author"}),
    ],
)
def test_a_dry_run_foresees_by_the_journal_what_is_filled(
    run: Run, columns: dict[str, set[str]], outcomes: Outcomes, different: set[str]
) -> None:
    _preview(with_journal(run, **columns), *run.plan.groups)
    counted = run.progress.report.resources["posts"]
    assert (counted.rows, counted.conflicting) == (outcomes, outcomes.problem)
    assert {", ".join(one.columns) for one in run.progress.report.problems} == different
    filled = sum(note.count for note in run.progress.report.notes.values())
    assert filled == (4 if columns else 0)


def test_targets_that_are_still_missing_are_named(run: Run, source: MemoryRows) -> None:
    rows = [*source.tables["posts"].values(), post(7, author="nobody")]
    matches = Matcher(run, POSTS, fillable_columns(POSTS)).match(rows)
    # Post 3 exists, and post 7 is about to be created.
    nobody = frozenset({"nobody"})
    assert missing_targets(POSTS, matches) == {"editor": nobody, "author": nobody}


def test_a_picture_is_given_to_people_that_a_run_created_and_to_nobody_else() -> None:
    source, destination = MemoryRows(), MemoryRows()
    people = system_resource(USERS, avatar=FILES)
    source.tables[USERS] = {key: {"id": key, "avatar": "f"} for key in ("ours", "theirs")}
    destination.tables[USERS] = {key: {"id": key, "avatar": None} for key in ("ours", "x")}
    who = Identities({USERS: {"ours": "ours", "theirs": "x"}}, frozenset({USERS}))
    run = run_of(people, source, destination, identities=who)
    pages = match_all(run, people)
    journal = run.plan.journal
    to_fill = {
        match.key: columns_to_fill(journal, people, match) for page in pages for match in page
    }
    assert to_fill == {"ours": ("avatar",), "theirs": ()}
