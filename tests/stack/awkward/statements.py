"""Runs SQL in the database of an instance, where only SQL can make what a test needs."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg

from tests.stack.databases import Database
from tests.stack.dump import VENDORS

Statement = tuple[str, Sequence[Any]]
BUSY_SECONDS = 30
QUOTED_AS_ELSEWHERE = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')"


def execute(database: Database, statements: Sequence[str]) -> None:
    """Each of ``statements``, all in one transaction."""
    _run(database, [(statement, ()) for statement in statements])


def insert(database: Database, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """``rows`` with the same columns each."""
    mark = "?" if database.sqlite_path else "%s"
    columns = ", ".join(f'"{column}"' for column in rows[0])
    statement = f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join(mark for _ in rows[0])})'
    _run(database, [(statement, list(row.values())) for row in rows])


def update(database: Database, table: str, key: str, column: str, values: dict[Any, Any]) -> None:
    """Set ``column`` of the rows whose ``key`` is in ``values``."""
    mark = "?" if database.sqlite_path else "%s"
    statement = f'UPDATE "{table}" SET "{column}" = {mark} WHERE "{key}" = {mark}'
    _run(database, [(statement, (value, one)) for one, value in values.items()])


def _run(database: Database, statements: Sequence[Statement]) -> None:
    if database.sqlite_path:
        with sqlite3.connect(database.sqlite_path, timeout=BUSY_SECONDS) as connection:
            for statement, values in statements:
                connection.execute(statement, values)
        return
    if database.vendor == "mysql":
        with closing(VENDORS["mysql"].connect(database)) as mysql, mysql.cursor() as cursor:
            cursor.execute(QUOTED_AS_ELSEWHERE)
            for statement, values in statements:
                cursor.execute(statement, values or None)
            mysql.commit()
        return
    with psycopg.connect(database.dsn or "") as postgres:
        for statement, values in statements:
            postgres.execute(statement, values or None)
