"""Reads a MariaDB database into a snapshot."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from tests.databases.comparison.rows import NATURAL_KEYS, keyed, looked_at
from tests.databases.comparison.snapshot import Facts, Rule, Snapshot
from tests.stack.databases import Database
from tests.stack.dump import VENDORS, query

TABLES = """SELECT table_name AS name, table_type AS kind FROM information_schema.tables
    WHERE table_schema = DATABASE()"""
COLUMNS = """SELECT table_name AS t, column_name AS c, column_type AS kind, is_nullable AS nullable,
    column_default AS preset, extra, generation_expression AS expression, column_comment AS note
    FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY ordinal_position"""
INDEXES = """SELECT table_name AS t, index_name AS name, non_unique AS many, column_name AS c
    FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY seq_in_index"""
FOREIGN_KEYS = """SELECT k.table_name AS t, k.constraint_name AS name, k.column_name AS c,
    k.referenced_table_name AS target, k.referenced_column_name AS other,
    r.update_rule AS on_update, r.delete_rule AS on_delete
    FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
    ON r.constraint_schema = k.table_schema AND r.constraint_name = k.constraint_name
    AND r.table_name = k.table_name WHERE k.table_schema = DATABASE() ORDER BY k.ordinal_position"""
CHECKS = """SELECT table_name AS t, check_clause AS text FROM information_schema.check_constraints
    WHERE constraint_schema = DATABASE()"""
Keys = dict[str, tuple[str, ...]]


def read(database: Database) -> Snapshot:
    """All of the database. What MariaDB counts is never behind."""
    with closing(VENDORS["mysql"].connect(database)) as connection:
        tables = {
            row["name"]: "view" if row["kind"] == "VIEW" else "table"
            for row in query(connection, TABLES)
        }
        found = query(connection, COLUMNS)
        columns = {(row["t"], row["c"]): _facts(row) for row in found}
        keys, rules = _rules(connection)
        names: dict[str, list[str]] = defaultdict(list)
        for table, column in columns:
            names[table].append(column)
        rows = {
            table: _rows(connection, table, columns, names[table], keys.get(table, ()))
            for table, kind in tables.items()
            if kind == "table" and looked_at(table)
        }
        # MariaDB's JSON is a text with a check.
        documents = {
            (row["t"], column)
            for row in query(connection, CHECKS)
            for column in names[row["t"]]
            if row["text"] == f"json_valid(`{column}`)"
        }
        return Snapshot(tables, columns, rules, set(), rows, documents)


def _facts(row: dict[str, Any]) -> Facts:
    default = None if row["preset"] in (None, "NULL") else str(row["preset"])
    counts = "auto_increment" in row["extra"]
    return Facts(
        row["kind"],
        row["nullable"] == "NO",
        "a counter" if counts else default,
        row["expression"] or None,
        row["note"] or None,
    )


def _rules(connection: Any) -> tuple[Keys, dict[str, set[Rule]]]:
    keys: Keys = {}
    rules: dict[str, set[Rule]] = defaultdict(set)
    indexes: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for row in query(connection, INDEXES):
        indexes[row["t"], row["name"], bool(row["many"])].append(row["c"])
    for (table, name, many), columns in indexes.items():
        kind = "primary key" if name == "PRIMARY" else "index" if many else "unique"
        rules[table].add(Rule(kind, tuple(columns), kind))
        if name == "PRIMARY":
            keys[table] = tuple(columns)
    parts: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in query(connection, FOREIGN_KEYS):
        parts[row["t"], row["name"]].append(row)
    for (table, _), same in parts.items():
        own = tuple(part["c"] for part in same)
        targets = tuple(part["other"] for part in same)
        first = same[0]
        text = (
            f"REFERENCES {first['target']} {targets} ON UPDATE {first['on_update']} "
            f"ON DELETE {first['on_delete']}"
        )
        rules[table].add(Rule("foreign key", own, text))
    for row in query(connection, CHECKS):
        rules[row["t"]].add(Rule("check", (), row["text"]))
    return keys, dict(rules)


def _rows(
    connection: Any,
    table: str,
    columns: Mapping[tuple[str, str], Facts],
    names: list[str],
    key: tuple[str, ...],
) -> Any:
    texts = ", ".join(f"{_text(name, columns[table, name])} AS {quoted(name)}" for name in names)
    rows = query(connection, f"SELECT {texts} FROM {quoted(table)}")
    return keyed(table, rows, NATURAL_KEYS.get(table) or key or tuple(names))


def _text(name: str, facts: Facts) -> str:
    """The value as a text. A fraction of a second of zero is none."""
    text = f"CAST({quoted(name)} AS CHAR)"
    is_time = facts.type.startswith(("datetime", "timestamp", "time"))
    return (
        f"TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM {text}))"
        if is_time and "(" in facts.type
        else text
    )


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return "`" + name.replace("`", "``") + "`"
