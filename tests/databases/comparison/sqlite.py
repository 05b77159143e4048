"""Reads a SQLite database into a snapshot."""

import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.databases.comparison.rows import NATURAL_KEYS, keyed, looked_at
from tests.databases.comparison.snapshot import Facts, Rule, Snapshot

TABLES = """SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')
    AND name NOT LIKE 'sqlite_%'"""
TRIGGERS = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
# Bytes may be no text.
AS_TEXT = "CASE typeof({0}) WHEN 'blob' THEN quote({0}) ELSE CAST({0} AS TEXT) END"
# Types whose columns turn no text into a number.
TEXTS = re.compile("char|clob|text|blob|^$", re.I)
# What `PRAGMA table_xinfo` says of generated columns.
NUMBER = re.compile(r"'(-?\d+(\.\d+)?)'")
GENERATED = {2: "generated always", 3: "generated always, stored"}
Keys = dict[str, tuple[str, ...]]


def read(path: Path) -> Snapshot:
    """All of the database. What SQLite counts is never behind."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables: dict[str, str] = dict(connection.execute(TABLES).fetchall())
        columns: dict[tuple[str, str], Facts] = {}
        keys: Keys = {}
        rules: dict[str, set[Rule]] = defaultdict(set)
        for table in (name for name, kind in tables.items() if kind == "table"):
            keys[table] = _columns(connection, table, columns)
            rules[table] = set(_rules(connection, table, keys[table]))
        for table, name in connection.execute(TRIGGERS):
            rules[table].add(Rule("trigger", (), f"trigger {name}"))
        rows = {table: _rows(connection, table, key) for table, key in keys.items()}
        return Snapshot(
            tables,
            columns,
            dict(rules),
            set(),
            {table: found for table, found in rows.items() if looked_at(table)},
            {place for place, facts in columns.items() if facts.type == "json"},
        )


def _columns(
    connection: sqlite3.Connection, table: str, columns: dict[tuple[str, str], Facts]
) -> tuple[str, ...]:
    key: dict[int, str] = {}
    rows = connection.execute("SELECT * FROM pragma_table_xinfo(?)", (table,))
    for _, name, kind, not_null, default, at, hidden in rows:
        columns[table, name] = Facts(
            kind.lower(), bool(not_null), _default(default, kind), GENERATED.get(hidden), None
        )
        if at:
            key[at] = name
    return tuple(key[at] for at in sorted(key))


def _default(text: str | None, kind: str) -> str | None:
    """A default of null, which Directus writes, is none. In a column of numbers, a number in quotes
    is the number."""
    if text is None or text.lower() == "null":
        return None
    number = None if TEXTS.search(kind) else NUMBER.fullmatch(text)
    return number[1] if number else text


def _rules(connection: sqlite3.Connection, table: str, key: tuple[str, ...]) -> list[Rule]:
    rules = [Rule("primary key", key, "primary key")] if key else []
    indexes = connection.execute("SELECT * FROM pragma_index_list(?)", (table,)).fetchall()
    for _, name, unique, origin, partial in indexes:
        found = connection.execute("SELECT name FROM pragma_index_info(?)", (name,)).fetchall()
        columns = tuple(column for (column,) in found if column is not None)
        if origin != "pk":
            text = f"partial {name}" if partial else "unique" if unique else "index"
            rules.append(Rule("unique" if unique and not partial else "index", columns, text))
    keys: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute("SELECT * FROM pragma_foreign_key_list(?)", (table,)):
        keys[row[0]].append(row)
    for parts in keys.values():
        columns, targets = (tuple(str(part[at]) for part in parts) for at in (3, 4))
        _, _, target, _, _, on_update, on_delete, _ = parts[0]
        text = f"REFERENCES {target} {targets} ON UPDATE {on_update} ON DELETE {on_delete}"
        rules.append(Rule("foreign key", columns, text))
    return rules


def _rows(connection: sqlite3.Connection, table: str, key: tuple[str, ...]) -> Any:
    found = connection.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))
    names = [name for (name,) in found]
    texts = ", ".join(AS_TEXT.format(quoted(name)) for name in names)
    rows = connection.execute(f"SELECT {texts} FROM {quoted(table)}").fetchall()
    as_dicts = [dict(zip(names, row, strict=True)) for row in rows]
    return keyed(table, as_dicts, NATURAL_KEYS.get(table) or key or tuple(names))


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
