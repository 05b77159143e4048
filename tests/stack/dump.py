"""What a database holds, read by SQL and not through the API that is under test: tables, rows,
columns."""

import json
import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pymysql
from psycopg.rows import dict_row
from pymysql.cursors import DictCursor

from sidecar.migration.instance.journal import COMPLETED
from sidecar.resources.system import JOURNAL, LEASE
from tests.stack.databases import Database

Table = list[dict[str, Any]]
# What Directus writes when somebody reads: nobody's content.
VOLATILE_TABLES = frozenset({"directus_sessions"})
VOLATILE_COLUMNS = {"directus_users": frozenset({"last_access", "last_page"})}


@dataclass(frozen=True)
class Vendor:
    """How to ask one: ``connect`` gives a connection whose rows are mappings, ``tables`` and
    ``keys`` are queries for the name of each table and the column of its primary key, ``quote``
    encloses names."""

    connect: Callable[[Database], Any]
    tables: str
    keys: str
    quote: str = '"'


def dump(database: Database, leave_out: Collection[str] = VOLATILE_TABLES) -> dict[str, Table]:
    """Every table's rows in a stable order, without what changes when somebody merely looks, and
    without the mark of the last run."""
    vendor = VENDORS[database.vendor]
    with closing(vendor.connect(database)) as connection:
        names = [
            row["name"] for row in query(connection, vendor.tables) if row["name"] not in leave_out
        ]
        return {
            name: _settled(
                name, query(connection, f"SELECT * FROM {vendor.quote}{name}{vendor.quote}")
            )
            for name in names
        }


def primary_keys(database: Database) -> dict[str, str]:
    """The primary key's column by table."""
    vendor = VENDORS[database.vendor]
    with closing(vendor.connect(database)) as connection:
        return {row["name"]: row["key_column"] for row in query(connection, vendor.keys)}


def query(connection: Any, statement: str) -> Table:
    """The rows of ``statement``, by a connection that ``VENDORS`` gave."""
    cursor = connection.cursor()
    cursor.execute(statement)
    return [dict(row) for row in cursor.fetchall()]


def _settled(name: str, rows: Table) -> Table:
    volatile = VOLATILE_COLUMNS.get(name, frozenset())
    kept = [
        {column: value for column, value in row.items() if column not in volatile} for row in rows
    ]
    return sorted((row for row in kept if not _is_mark(row)), key=repr)


def _is_mark(row: dict[str, Any]) -> bool:
    """Whether a preset tells that a run has ended, and nothing else."""
    if row.get("collection") not in (LEASE, JOURNAL):
        return False
    options = row["layout_options"]
    options = json.loads(options) if isinstance(options, str) else options
    if row["collection"] == LEASE:
        return bool(options.get("ended"))
    return not any(entries for name, entries in options.items() if name != COMPLETED)


def _sqlite(database: Database) -> Any:
    connection = sqlite3.connect(f"file:{database.sqlite_path}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def _postgres(database: Database) -> Any:
    return psycopg.connect(database.dsn or "", row_factory=dict_row)


def _mysql(database: Database) -> Any:
    at = urlsplit(database.dsn or "")
    return pymysql.connect(
        host=at.hostname,
        port=at.port or 0,
        user=at.username,
        database=at.path[1:],
        cursorclass=DictCursor,
    )


VENDORS = {
    "sqlite": Vendor(
        _sqlite,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        """SELECT m.name AS name, c.name AS key_column FROM sqlite_master m JOIN
            pragma_table_info(m.name) c
            WHERE m.type = 'table' AND c.pk = 1""",
    ),
    "postgres": Vendor(
        _postgres,
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
        """SELECT k.table_name AS name, k.column_name AS key_column FROM
            information_schema.key_column_usage k
            JOIN information_schema.table_constraints c USING (constraint_schema, constraint_name)
            WHERE c.constraint_type = 'PRIMARY KEY' AND k.table_schema = 'public'""",
    ),
    "mysql": Vendor(
        _mysql,
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()",
        """SELECT table_name AS name, column_name AS key_column FROM information_schema.columns
            WHERE table_schema = DATABASE() AND column_key = 'PRI'""",
        quote="`",
    ),
}
