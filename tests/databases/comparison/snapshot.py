"""What a database is, as far as SQL tells: tables, columns, rules, counters and rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Key = tuple[str | None, ...]
Values = Mapping[str, str | None]


class Facts(NamedTuple):
    """One column. None: it has none."""

    type: str
    not_null: bool
    default: str | None
    # The expression.
    generated: str | None
    comment: str | None


class Rule(NamedTuple):
    """A constraint, an index or a trigger. ``text`` says it without its name."""

    # primary key, unique, foreign key, check, exclusion, index or trigger.
    kind: str
    columns: tuple[str, ...]
    text: str


@dataclass
class Snapshot:
    """One database. Names of tables are those of Directus' own tables too."""

    # What kind each is: table, view, partitioned.
    tables: dict[str, str]
    columns: dict[tuple[str, str], Facts]
    rules: dict[str, set[Rule]]
    # Columns whose counter would give a number that a row has already.
    behind: set[tuple[str, str]]
    # Of each table, by its natural key; more than one row where that is not unique.
    rows: dict[str, dict[Key, list[Values]]]
    # Columns that hold JSON.
    documents: set[tuple[str, str]] = field(default_factory=set)

    def is_like(self, other: "Snapshot") -> bool:
        """Whether both are the same, to the last value."""
        return all(getattr(self, name) == getattr(other, name) for name in COMPARED)


COMPARED = ("tables", "columns", "rules", "behind", "rows")


class Difference(NamedTuple):
    """Something that is not at the destination as it is at the source."""

    # table, column, type, not null, default, generated, comment, counter, row, value, metadata, or
    # the kind of a rule.
    kind: str
    table: str
    # More than one for a rule of several columns; empty: it concerns the table or row as a whole.
    columns: tuple[str, ...]
    # The key of the row, as Directus writes it.
    key: str | None
    detail: str

    def __str__(self) -> str:
        where = f"{self.table}.{','.join(self.columns)}" if self.columns else self.table
        row = "" if self.key is None else f" row {self.key}"
        return f"{self.kind} {where}{row}: {self.detail}"


def key_text(key: Key) -> str:
    """A key as a report writes it."""
    return ", ".join("null" if part is None else part for part in key)


def short(value: Any) -> str:
    """A value for people."""
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:100]}… ({len(text)} characters)"
