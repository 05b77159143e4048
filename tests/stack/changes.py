"""Changes what is in a database by SQL, as a program beside Directus would. What refers to rows
that are deleted follows as the schema says."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pymysql
from psycopg.types.json import Json

from tests.stack.databases import Database
from tests.stack.dump import VENDORS

Execute = Callable[[str, Sequence[Any]], Any]
# A row that others need stays.
NEEDED = (sqlite3.IntegrityError, psycopg.IntegrityError, pymysql.err.IntegrityError)
BUSY_SECONDS = 30
NUMBERS = "SELECT pg_get_serial_sequence(?, ?)"
COUNT_ON = 'SELECT setval(?, (SELECT coalesce(max("{}"), 1) FROM "{}"))'
QUOTED_AS_ELSEWHERE = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')"


@contextmanager
def writing(database: Database) -> Iterator[Execute]:
    """One transaction, in which names stand in double quotes, and ``?`` for values."""
    if database.sqlite_path:
        lite = sqlite3.connect(database.sqlite_path, timeout=BUSY_SECONDS)
        with closing(lite), lite:
            lite.execute("PRAGMA foreign_keys = ON")
            yield lite.execute
    elif database.vendor == "mysql":
        with closing(VENDORS["mysql"].connect(database)) as mysql, mysql.cursor() as cursor:
            cursor.execute(QUOTED_AS_ELSEWHERE)
            yield lambda text, values: cursor.execute(text.replace("?", "%s"), values)
            mysql.commit()
    else:
        with psycopg.connect(database.dsn or "") as postgres:
            yield lambda text, values: postgres.execute(
                text.replace("?", "%s").encode(), [_bound(value) for value in values]
            )


def change(execute: Execute, table: str, key: str, one: Any, values: dict[str, Any]) -> None:
    """Set ``values`` of the row whose ``key`` is ``one``."""
    sets = ", ".join(f'"{name}" = ?' for name in values)
    execute(f'UPDATE "{table}" SET {sets} WHERE "{key}" = ?', [*values.values(), one])


def add(execute: Execute, table: str, row: dict[str, Any]) -> None:
    """Insert ``row``."""
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" for _ in row)
    execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', [*row.values()])


def last_of(execute: Execute, table: str, key: str) -> Any:
    """The last key of a table."""
    rows = execute(f'SELECT "{key}" AS one FROM "{table}" ORDER BY 1 DESC LIMIT 1', []).fetchall()
    return rows[0][0]


def delete(database: Database, table: str, column: str, one: Any) -> bool:
    """Delete the rows whose ``column`` is ``one``; returns whether they could be."""
    try:
        with writing(database) as execute:
            execute(f'DELETE FROM "{table}" WHERE "{column}" = ?', [one])
    except NEEDED:
        return False
    return True


def count_on(database: Database, keys: Mapping[str, str]) -> None:
    """Have PostgreSQL number later rows after those that were added with a number; ``keys`` are the
    columns by table."""
    if database.vendor != "postgres":
        return
    with writing(database) as execute:
        for table, key in keys.items():
            ((numbers,),) = execute(NUMBERS, [f'"{table}"', key]).fetchall()
            if numbers:
                execute(COUNT_ON.format(key, table), [numbers])


def _bound(value: Any) -> Any:
    return Json(value) if isinstance(value, dict | list) else value
