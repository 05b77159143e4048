"""A SQLite file of this account alone. Other processes can read it while one writes."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

from sidecar.errors import MigrationError

# SQLite's place for what tells the files of an application from others.
APPLICATION = 0x444D4D31
# How long one process waits while another one writes.
BUSY_SECONDS = 30.0
# The parts of a SQLite file that is being written.
SUFFIXES = ("", "-wal", "-shm", "-journal")
# So many values fit into one query of every SQLite.
MAX_VALUES = 500
UNAVAILABLE, DAMAGED = "STORE_UNAVAILABLE", "STORE_DAMAGED"
NOT_WRITABLE = (
    "The store of the sidecar cannot be used ({}: {}). Free space there, or set MIGRATION_STORE to "
    "a folder that the web process and all workers can write to"
)
NOT_OURS = (
    "{} is damaged, or is from another version of the sidecar ({}). Nothing else depends on it: "
    "remove it, and start the run again"
)


class Format(NamedTuple):
    """What a file holds. A file with another ``version`` is not read."""

    version: int
    # The statements that make its tables.
    create: str


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raises MigrationError for whatever goes wrong with the file at ``path``."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise MigrationError(NOT_WRITABLE.format(path, error), code=UNAVAILABLE) from error
    except sqlite3.Error as error:
        raise MigrationError(NOT_OURS.format(path, error), code=DAMAGED) from error


def remove_file(path: Path) -> None:
    """Remove a SQLite file. Whoever has it open keeps it until then."""
    with translated(path):
        for suffix in SUFFIXES:
            path.with_name(path.name + suffix).unlink(missing_ok=True)


class Database:
    """One open file. Threads may share it. Every method raises MigrationError."""

    def __init__(self, path: Path, content: Format) -> None:
        """Open the file at ``path``, or make it if there is none."""
        self.path = path
        self._lock = RLock()
        with translated(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite gives the files beside it the rights that this one has.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connect("rw")
        try:
            self._prepare(content)
        except BaseException:
            self.close()
            raise

    @classmethod
    def read(cls, path: Path, content: Format) -> "Database":
        """Open a file that exists, and only read it."""
        database = cls.__new__(cls)
        database.path, database._lock = path, RLock()
        with translated(path):
            database._connect("ro")
        try:
            with translated(path):
                database._require(content)
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def execute(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that ``query`` answers."""
        with self._lock, translated(self.path):
            return self._connection.execute(query, values).fetchall()

    def execute_many(self, query: str, values: Iterable[Sequence[Any]]) -> None:
        """Run ``query`` for each of ``values``."""
        with self._lock, translated(self.path):
            self._connection.executemany(query, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A block whose writes are stored together, or not at all."""
        with self._lock, translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _connect(self, mode: str) -> None:
        self._connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )

    def _prepare(self, content: Format) -> None:
        with self.transaction():
            if not self.execute("SELECT 1 FROM sqlite_master"):
                # executescript would end the transaction.
                for statement in content.create.split(";"):
                    self.execute(statement)
                self.execute(f"PRAGMA application_id = {APPLICATION}")
                self.execute(f"PRAGMA user_version = {content.version}")
            self._require(content)
        # Readers do not wait for writers. Only a loss of power can undo the last writes.
        self.execute("PRAGMA journal_mode = WAL")
        self.execute("PRAGMA synchronous = NORMAL")

    def _require(self, content: Format) -> None:
        found = [
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version")
        ]
        if found != [APPLICATION, content.version]:
            raise sqlite3.DatabaseError("unknown format")
