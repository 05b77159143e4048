"""Makes a failing description smaller, as long as it fails in the same way."""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

from tests.databases.generator.description import Description, Table

PLAIN: dict[str, Any] = {
    "default": None, "generated": None, "not_null": False, "unique": False, "indexed": False,
    "checked": False, "special": None,
}  # fmt: skip
Fails = Callable[[Description], bool]


def reduce(
    description: Description, named: Collection[str], fails: Fails, deadline: float
) -> Description:
    """The smallest description found before ``deadline`` (of ``time.monotonic``) that still
    ``fails``. ``named`` are the tables that it fails with."""
    smallest = description
    tried: set[Description] = {description}
    improved = True
    while improved and time.monotonic() < deadline:
        improved = False
        for candidate in _smaller(smallest, named):
            if time.monotonic() >= deadline:
                break
            if candidate in tried:
                continue
            tried.add(candidate)
            if fails(candidate):
                smallest, improved = candidate, True
                break
    return smallest


def _smaller(one: Description, named: Collection[str]) -> Iterator[Description]:
    """The largest steps first."""
    alone = {table.number for table in one.tables if table.name in named}
    if alone and len(alone) < len(one.tables):
        yield _without_tables(one, {table.number for table in one.tables} - alone)
    for table in one.tables if len(one.tables) > 2 and not alone else ():
        yield _without_tables(one, {other.number for other in one.tables} - {table.number})
    if one.changes:
        yield replace(one, changes=())
    if one.cut is not None:
        yield replace(one, cut=None)
    for table in one.tables:
        if len(one.tables) > 1:
            yield _without_tables(one, {table.number})
    for at in range(len(one.changes)):
        yield replace(one, changes=one.changes[:at] + one.changes[at + 1 :])
    for table in one.tables:
        for smaller in (*_smaller_table(table), *_plainer(table)):
            yield _with(one, smaller)


def _smaller_table(table: Table) -> Iterator[Table]:
    if table.rows:
        yield replace(table, rows=())
    if len(table.columns) > 2:
        half = len(table.columns) // 2
        yield _without_columns(table, set(range(half)))
        yield _without_columns(table, set(range(half, len(table.columns))))
    if len(table.columns) > 1:
        for at in range(len(table.columns)):
            yield _without_columns(table, {at})
    for at in range(len(table.rows) if len(table.rows) > 1 else 0):
        yield replace(table, rows=table.rows[:at] + table.rows[at + 1 :])
    for plainer in (
        {"singleton": False},
        {"together": False},
        {"name": f"t{table.number}"},
    ):
        if any(getattr(table, name) != value for name, value in plainer.items()):
            yield replace(table, **plainer)


def _plainer(table: Table) -> Iterator[Table]:
    """Without one of the things that a column has besides its type."""
    for at, column in enumerate(table.columns):
        for name, value in PLAIN.items():
            if getattr(column, name) != value:
                changed = replace(column, **{name: value})
                yield replace(
                    table, columns=(*table.columns[:at], changed, *table.columns[at + 1 :])
                )


def _without_columns(table: Table, gone: set[int]) -> Table:
    kept = [at for at in range(len(table.columns)) if at not in gone]
    keys = len(table.rows[0]) - len(table.columns) if table.rows else 0
    rows = tuple((*row[:keys], *(row[keys + at] for at in kept)) for row in table.rows)
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)


def _without_tables(one: Description, gone: set[int]) -> Description:
    """Columns that point at them go too, as nothing would be there to point at."""
    kept = []
    for table in one.tables:
        if table.number not in gone:
            dead = {at for at, column in enumerate(table.columns) if column.target in gone}
            kept.append(_without_columns(table, dead) if dead else table)
    changes = tuple(change for change in one.changes if change.table not in gone)
    return replace(one, tables=tuple(kept), changes=changes)


def _with(one: Description, changed: Table) -> Description:
    """A table that has another name or other columns takes none of its changes along."""
    before = one.table(changed.number)
    tables = tuple(changed if table.number == changed.number else table for table in one.tables)
    if before and (before.name, before.columns) != (changed.name, changed.columns):
        renamed = before.name != changed.name
        changes = tuple(
            change for change in one.changes if not renamed or change.table != changed.number
        )
        return replace(one, tables=tables, changes=changes)
    return replace(one, tables=tables)
