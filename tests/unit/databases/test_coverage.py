"""A report covers a difference when it names its table and column, or its row, not otherwise."""

import pytest

from tests.databases.comparison.snapshot import Difference
from tests.databases.coverage import Said, covers, is_named, said, uncovered, unfounded

COLUMN = Difference("type", "dogs", ("size",), None, "text → varchar(255)")
VALUE = Difference("value", "dogs", ("size",), "7", "'a' → 'b'")
ROW = Difference("row", "dogs", (), "7", "missing")
TABLE = Difference("table", "dogs", (), None, "missing")
METADATA = Difference("metadata", "dogs", ("size",), None, "missing")
UNIQUE = Difference("unique", "dogs", ("size", "name"), None, "missing")


def note(column: str | None = None, message: str = "", resource: str = "dogs") -> Said:
    return Said("note", resource, "SOME", column, None, message)


def problem(key: str | None = None, message: str = "", resource: str = "dogs") -> Said:
    return Said("problem", resource, "SOME", None, key, message)


@pytest.mark.parametrize(
    ("one", "difference"),
    [
        (note("size"), COLUMN),
        (note(message="the column size becomes text"), COLUMN),
        (note(message="dogs.size: cannot be made", resource=""), COLUMN),
        (problem(message="size was refused"), COLUMN),
        (note("size"), VALUE),
        (problem("7", "size: differs"), VALUE),
        (problem("7", "was refused"), ROW),
        (note(message="3 rows cannot be read"), ROW),
        (note(message="its rows are not migrated"), TABLE),
        (note(message="unique over size and name"), UNIQUE),
        (problem(message="its table is gone"), METADATA),
        (note("size"), METADATA),
    ],
)
def test_named(one: Said, difference: Difference) -> None:
    assert covers(one, difference)


@pytest.mark.parametrize(
    ("one", "difference"),
    [
        (note("weight"), COLUMN),
        (note("size", resource="cats"), COLUMN),
        (note(message="oversized"), COLUMN),
        (note(), COLUMN),
        (problem("8", "size: differs"), VALUE),
        (problem("8", "was refused"), ROW),
        (note(message="has a check"), ROW),
        (note("size"), TABLE),
        (note("size"), UNIQUE),
        (note("weight"), METADATA),
        (problem("8", "was refused"), METADATA),
        (Said("note", "dogs", "MAPPED", None, None, "rows have another id"), ROW),
    ],
)
def test_not_named(one: Said, difference: Difference) -> None:
    assert not covers(one, difference)
    assert uncovered([difference], [one]) == [difference]


def test_a_plain_table_is_not_spoken_of() -> None:
    assert unfounded([note("size"), problem("7")], ["dogs"]) == [note("size"), problem("7")]
    assert unfounded([note("size")], ["cats"]) == []


def test_a_promise_is_kept_by_name() -> None:
    assert is_named([note("size")], "dogs", "size")
    assert is_named([note("size")], "dogs", None)
    assert not is_named([note("size")], "dogs", "name")


def test_a_report_is_read_as_it_is_written() -> None:
    document = {
        "problems": [{"resource": None, "key": None, "code": "A", "message": "m"}],
        "notes": [{"resource": "dogs", "code": "B", "column": "size", "message": "n", "count": 3}],
    }
    assert said(document) == [
        Said("problem", "", "A", None, None, "m"),
        Said("note", "dogs", "B", "size", None, "n"),
    ]
