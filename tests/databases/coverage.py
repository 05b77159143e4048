"""Whether the report of a run names each difference, and nothing that is none."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from tests.databases.comparison.postgres import UNIQUE_INDEX
from tests.databases.comparison.snapshot import Difference

# Notes that say where rows are, not that any is missing or different.
SAYS_NO_LOSS = frozenset({"MAPPED", "PASSWORD_NEEDED", "SOURCE_CHANGED", "MOVED"})

# Says of tables what REST shows of none of them.
HIDDEN_SCHEMA = "HIDDEN_SCHEMA"
# A row that did not arrive as it is was there before, to the next run.
OF_ROWS = frozenset({"DIFFERENT", "CONFLICT"})
# Says that nothing of a table is migrated.
OF_WHOLE_TABLE = "the collection is not migrated"
DEFERRABLE = re.compile("DEFERRABLE|only at the destination")
OF_A_SECOND = re.compile(r"'(datetime|timestamp|time)(\(\d\))?([\w ]*)' → '\1(\(\d\))?\3'")
NUMBER = re.compile(r"-?\d+")
ROWS = re.compile(r"\brows?\b|\bnot migrated\b")


class Said(NamedTuple):
    """A problem or a note."""

    what: str
    resource: str
    code: str
    column: str | None
    key: str | None
    message: str
    # Of a problem.
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> tuple[str, str, str, str | None]:
        """What dry and real run have in common."""
        code = "DIFFERENT" if self.code in OF_ROWS else self.code
        return self.what, self.resource, code, self.column or self.key

    def __str__(self) -> str:
        where = f"{self.resource}.{self.column}" if self.column else self.resource
        row = "" if self.key is None else f" {self.key}"
        return f"{self.what} {where}{row} {self.code}: {self.message}"


def said(document: dict[str, Any]) -> list[Said]:
    """All problems and notes of a report."""
    problems = [
        Said(
            "problem",
            one["resource"] or "",
            one["code"],
            one.get("column"),
            one["key"],
            one["message"],
            tuple(one.get("columns") or ()),
        )
        for one in document["problems"]
    ]
    notes = [
        Said("note", one["resource"], one["code"], one["column"], None, one["message"])
        for one in document["notes"]
    ]
    return problems + notes


def uncovered(found: Iterable[Difference], told: Sequence[Said]) -> list[Difference]:
    """The differences that nothing in the report names."""
    return [one for one in found if not any(covers(each, one) for each in told)]


def covers(one: Said, difference: Difference) -> bool:
    """Whether ``one`` names the table and column, or the row, of ``difference``."""
    if one.code in SAYS_NO_LOSS or not _names_table(one, difference.table):
        return False
    if OF_WHOLE_TABLE in one.message and one.resource == difference.table:
        return True
    if one.code == HIDDEN_SCHEMA:
        return _is_hidden(difference)
    if difference.kind == "table":
        return one.column is None and one.key is None
    if difference.kind == "row":
        return _names_row(one, difference) or _is_about_rows(one)
    if difference.kind == "value":
        if one.key is not None and not _names_row(one, difference):
            return False
        return _names_columns(one, difference.columns)
    if not difference.columns or (difference.kind == "metadata" and one.column is None):
        # A check, a trigger, or metadata: it may be said of the table as a whole.
        return one.key is None and one.column is None
    return _names_columns(one, difference.columns)


def _is_hidden(difference: Difference) -> bool:
    """Whether Directus shows nothing of it: checks, triggers, rules of several columns or with
    conditions, unique indexes that are no constraints, what replaces a deferrable foreign key, and
    the digits of a second."""
    if difference.kind == "type":
        return OF_A_SECOND.search(difference.detail) is not None
    if difference.kind in ("check", "trigger"):
        return True
    if difference.kind == "foreign key":
        return len(difference.columns) > 1 or bool(DEFERRABLE.search(difference.detail))
    return difference.kind in ("unique", "index") and (
        len(difference.columns) != 1
        or " WHERE " in difference.detail
        or UNIQUE_INDEX in difference.detail
    )


def unfounded(told: Iterable[Said], plain: Iterable[str]) -> list[Said]:
    """What is said of tables that arrive as they are."""
    names = set(plain)
    return [one for one in told if one.resource in names and one.code not in SAYS_NO_LOSS]


def is_named(told: Iterable[Said], table: str, column: str | None) -> bool:
    """Whether anything names the table, and the column if there is one."""
    columns = () if column is None else (column,)
    return any(_names_table(one, table) and _names_columns(one, columns) for one in told)


def _names_table(one: Said, table: str) -> bool:
    return one.resource == table or (_pattern(table).search(one.message) is not None)


def _names_row(one: Said, difference: Difference) -> bool:
    return one.key is not None and (
        one.key == difference.key or _is_rounded(one.key, difference.key or "")
    )


def _is_rounded(shown: str, key: str) -> bool:
    """Whether Directus shows a key as another number: it rounds those beyond 2^53."""
    if not (NUMBER.fullmatch(shown) and NUMBER.fullmatch(key)):
        return False
    return abs(int(key)) > 2**53 and float(shown) == float(key)


def _is_about_rows(one: Said) -> bool:
    """Whether it says that rows of a table are missing, without naming each."""
    return one.key is None and ROWS.search(one.message) is not None


def _names_columns(one: Said, columns: Iterable[str]) -> bool:
    return all(
        column in (one.column, one.key, *one.columns) or _pattern(column).search(one.message)
        for column in columns
    )


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """The name on its own, not as a part of another one."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
