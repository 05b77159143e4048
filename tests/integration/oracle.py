"""Compares the user tables of two databases by SQL, column by column, and names each difference."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.stack.databases import Database
from tests.stack.dump import Table, dump, primary_keys
from tests.stack.notation import Held, columns_of, in_document, kept, meant

Columns = Mapping[str, Collection[str]]
Tables = dict[str, Table]
# Columns that cannot travel, and why: each of these is also said in the report of a run.
CANNOT_TRAVEL = {
    "directus_files": {
        "modified_on": "set by Directus on every write",
        "modified_by": "set by Directus on every write",
        "storage": "belongs to the destination",
        "filename_disk": "belongs to the destination",
    }
}

# On SQLite Directus shows the dates of its own tables in whole seconds, so what is below a second
# cannot be read.
WHOLE_SECONDS = {"directus_files": {"created_on", "uploaded_on"}}
SQLITE_DOCUMENTS = """SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND lower(c.type) = 'json'"""


def differences(
    source: Database,
    destination: Database,
    tables: Sequence[str],
    cannot_travel: Columns | None = None,
) -> list[str]:
    """A line for each table, key and column that differs; users and roles are compared by who they
    are.

    ``cannot_travel`` are columns by table that are left out besides those that never travel.
    """
    here, there = _comparable_sides(source, destination, tables)
    people = {**_people(here), **_people(there)}
    keys = primary_keys(source)
    found: list[str] = []
    for table in tables:
        left, right = (
            _by_key(_identified(rows, people), keys[table])
            for rows in (here[table], there.get(table, []))
        )
        passed_over = {*CANNOT_TRAVEL.get(table, ()), *(cannot_travel or {}).get(table, ())}
        found += [f"{table} {key!r}: only at the source" for key in left.keys() - right.keys()]
        found += [
            f"{table} {key!r}.{column}: {_short(left[key][column])} became "
            f"{_short(right[key].get(column))}"
            for key in left.keys() & right.keys()
            for column in left[key].keys() - passed_over
            if not _same(left[key][column], right[key].get(column))
        ]
    return sorted(found)


def _comparable_sides(
    source: Database, destination: Database, tables: Sequence[str]
) -> tuple[Tables, Tables]:
    """Both databases; those of two vendors by what the values mean, as far as the destination's
    columns can keep them."""
    if source.vendor == destination.vendor:
        return _comparable(source), _comparable(destination)
    here, there, how = meant(source), meant(destination), columns_of(destination)
    for table in tables:
        rough = WHOLE_SECONDS.get(table, set()) if source.vendor == "sqlite" else set()
        for side in (side for side in (here, there) if table in side):
            side[table] = _kept(side[table], how.get(table, {}), rough)
    return here, there


def _kept(rows: Table, how: Mapping[str, Held], rough: Collection[str]) -> Table:
    return [
        {
            column: _floored(value, column in rough)
            if column not in how
            else _floored(kept(how[column], value), column in rough)
            for column, value in row.items()
        }
        for row in rows
    ]


def _floored(value: Any, rough: bool) -> Any:
    return value.replace(microsecond=0) if rough and isinstance(value, datetime) else value


def _comparable(database: Database) -> dict[str, Table]:
    """Every table; columns with JSON as what it means."""
    documents = _documents(database)
    return {
        name: [
            {
                column: _comparable_value(name, column, value, (name, column) in documents)
                for column, value in row.items()
            }
            for row in rows
        ]
        for name, rows in dump(database).items()
    }


def _comparable_value(table: str, column: str, value: Any, is_document: bool) -> Any:
    if isinstance(value, int) and column in WHOLE_SECONDS.get(table, ()):
        return value // 1000 * 1000
    if is_document and isinstance(value, str):
        return in_document(_parsed(value))
    # PostgreSQL's driver has parsed it already.
    return in_document(value) if isinstance(value, dict | list) else value


def _documents(database: Database) -> set[tuple[str, str]]:
    if not database.sqlite_path:
        return set()
    with sqlite3.connect(f"file:{database.sqlite_path}?mode=ro", uri=True) as connection:
        return set(connection.execute(SQLITE_DOCUMENTS).fetchall())


def _parsed(text: str) -> Any:
    """Text that is no JSON stands for itself, told apart from JSON that is a text."""
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        return {"not JSON": text}


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:120]}… ({len(text)} characters)"


def _people(tables: dict[str, Table]) -> dict[Any, str]:
    """Who an id is: users by e-mail, roles by name."""
    users = {str(row["id"]): f"user {row['email']}" for row in tables["directus_users"]}
    roles = {str(row["id"]): f"role {row['name']}" for row in tables["directus_roles"]}
    return {**users, **roles}


def _identified(rows: Table, people: dict[Any, str]) -> Table:
    return [
        {column: people.get(str(value), value) for column, value in row.items()} for row in rows
    ]


def _by_key(rows: Table, key: str) -> dict[Any, dict[str, Any]]:
    return {row[key]: row for row in rows}
