"""Empty references of existing rows are filled, and nothing that somebody has set is touched."""

from collections.abc import Iterator
from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.apply.batch_size import BatchSize
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.reference_filler import ReferenceFiller
from sidecar.migration.apply.second_write import SecondWrite
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.compare.empty_references import columns_to_fill, fillable_columns
from sidecar.migration.compare.matcher import Matcher, match_all
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.plan.run import Run
from sidecar.migration.preview import _preview
from sidecar.migration.report.outcomes import Outcomes
from sidecar.resources.base import (
    ACCESS,
    FILES,
    FLOWS,
    FOLDERS,
    OPERATIONS,
    PRESETS,
    ROLES,
    SHARES,
    USERS,
    ItemReference,
    Reference,
    Resource,
)
from sidecar.resources.system import SYSTEM
from tests.unit.memory import MemoryRows, Recorder, run_of

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
    writer = BatchWriter(run.destination, POSTS, run.progress, BatchSize(), changes)
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
    assert "posts: set author of 3 rows" in run.progress.watcher.lines
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


def system(name: str, **references: str) -> Resource:
    targets = tuple(Reference(column, target) for column, target in references.items())
    return Resource(
        name, name, "/x", "id", "uuid", ("id", *references), targets, rules=SYSTEM[name]
    )


@pytest.mark.parametrize(
    ("resource", "columns"),
    [
        (system(USERS, role=ROLES, avatar=FILES, car="cars"), ("avatar", "car")),
        (system(FILES, folder=FOLDERS, uploaded_by=USERS), ("uploaded_by",)),
        (system(ACCESS, role=ROLES, user=USERS), ()),
        (system(PRESETS, role=ROLES, user=USERS), ()),
        (system(SHARES, role=ROLES, user_created=USERS), ("user_created",)),
        (system(FLOWS, operation=OPERATIONS, user_created=USERS), ("user_created",)),
    ],
)
def test_of_system_collections_only_what_another_option_includes_is_filled(
    resource: Resource, columns: tuple[str, ...]
) -> None:
    assert fillable_columns(resource) == columns


def test_a_picture_is_given_to_people_that_a_run_created_and_to_nobody_else() -> None:
    source, destination = MemoryRows(), MemoryRows()
    people = system(USERS, avatar=FILES)
    source.tables[USERS] = {key: {"id": key, "avatar": "f"} for key in ("ours", "theirs")}
    destination.tables[USERS] = {key: {"id": key, "avatar": None} for key in ("ours", "x")}
    who = Identities({USERS: {"ours": "ours", "theirs": "x"}}, frozenset({USERS}))
    run = run_of(people, source, destination, identities=who)
    pages = match_all(run, people)
    to_fill = {match.key: columns_to_fill(people, match) for page in pages for match in page}
    assert to_fill == {"ours": ("avatar",), "theirs": ()}


def test_of_items_every_reference_is_filled() -> None:
    notes = Resource(
        "notes",
        "content",
        "/items/notes",
        "id",
        "integer",
        (),
        item_references=(ItemReference("collection", "item"),),
    )
    assert fillable_columns(notes) == ("item",)
