"""Puts a running instance back to what it was, without a restart of Directus."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

from tests.databases.sources.build import CLEAR
from tests.stack.databases import Database
from tests.stack.directus import DirectusInstance
from tests.stack.dump import VENDORS
from tests.stack.seed.api import Api

EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
TABLES = """SELECT table_name AS name, table_type AS kind FROM information_schema.tables
    WHERE table_schema = DATABASE()"""


class Reset:
    """Remembers what an instance is now."""

    def __init__(self, instance: DirectusInstance, folder: Path) -> None:
        self._instance = instance
        self._file = folder / f"{instance.name}.saved"
        instance.database.save(self._file)

    def restore(self) -> None:
        """Have the database as it was, and Directus read it anew."""
        database = self._instance.database
        if database.sqlite_path:
            _copy_into(self._file, database.sqlite_path)
        else:
            if database.vendor == "mysql":
                _drop_tables(database)
            else:
                _drop_schema(database)
            database.load(self._file)
        with Api(self._instance.url, self._instance.admin_token) as api:
            api.post(CLEAR, {})


def _copy_into(saved: Path, live: Path) -> None:
    """By SQLite itself, so that connections of Directus notice."""
    with closing(sqlite3.connect(saved)) as origin, closing(sqlite3.connect(live)) as target:
        origin.backup(target)


def _drop_schema(database: Database) -> None:
    with psycopg.connect(database.dsn or "", autocommit=True) as connection:
        connection.execute("SET client_min_messages = error")
        for statement in EMPTY.split("; "):
            connection.execute(statement.encode())


def _drop_tables(database: Database) -> None:
    with closing(VENDORS["mysql"].connect(database)) as connection:
        cursor = connection.cursor()
        cursor.execute(TABLES)
        found = cursor.fetchall()
        cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
        for row in found:
            kind = "VIEW" if row["kind"] == "VIEW" else "TABLE"
            name = row["name"].replace("`", "``")
            cursor.execute(f"DROP {kind} IF EXISTS `{name}`")
        cursor.execute("SET FOREIGN_KEY_CHECKS = 1")
