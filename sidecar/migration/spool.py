"""What a run keeps on disk, so that it takes no memory. Closing a spool removes it."""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import IO, Any

import orjson
from more_itertools import constrained_batches

from sidecar.closing import Closing
from sidecar.directus.client import Row
from sidecar.directus.pages import BYTES_PER_PAGE
from sidecar.errors import MigrationError

NO_SPACE = (
    "The folder for temporary files, {}, is full or cannot be written to ({}). Free space there or "
    "set TMPDIR to another folder, and start the run again; it continues where it left off"
)


@contextmanager
def _temporary_space() -> Iterator[None]:
    """Raises MigrationError (TEMPORARY_SPACE) if the block cannot write to the temporary folder."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        message = NO_SPACE.format(_folder(), error)
        raise MigrationError(message, code="TEMPORARY_SPACE") from error


def _folder() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:
        return os.environ.get("TMPDIR", "/tmp")  # noqa: S108 (nothing is written there)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder of this account alone, which is removed at the end of the block. Raises
    MigrationError (TEMPORARY_SPACE)."""
    with _temporary_space():
        folder = tempfile.TemporaryDirectory(prefix="migration-", ignore_cleanup_errors=True)
    with folder as path:
        yield Path(path)


class TableSpool(Closing):
    """A table of a temporary SQLite database. Threads may share it."""

    def __init__(self, create_table: str) -> None:
        # SQLite takes an empty name for a temporary database on disk.
        with _temporary_space():
            self._connection = sqlite3.connect("", check_same_thread=False)
            self._connection.execute(create_table)
        self._lock = Lock()

    def close(self) -> None:
        self._connection.close()

    def execute(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that ``query`` answers."""
        with self._lock, _temporary_space():
            return self._connection.execute(query, parameters).fetchall()

    def execute_many(self, query: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run ``query`` for each of ``parameters``."""
        with self._lock, _temporary_space():
            self._connection.executemany(query, parameters)


class RowSpool(Closing):
    """Rows that wait, in the order in which they came. Threads may add rows."""

    def __init__(self) -> None:
        with _temporary_space():
            self._file = tempfile.TemporaryFile()
        # What ``take`` reads, in case nobody reads it to its end.
        self._taken: list[IO[bytes]] = []
        self._lock = Lock()
        self.count = 0

    def close(self) -> None:
        for file in (self._file, *self._taken):
            # What could not be written any more is not needed.
            with suppress(OSError):
                file.close()

    def add(self, row: Row) -> None:
        """Keep a row."""
        line = orjson.dumps(row) + b"\n"
        with self._lock, _temporary_space():
            self._file.write(line)
            self.count += 1

    def take(self, max_rows: int, max_bytes: int = BYTES_PER_PAGE) -> Iterator[list[Row]]:
        """All rows in portions. The spool is empty from then on."""
        with self._lock, _temporary_space():
            file, self._file, self.count = self._file, tempfile.TemporaryFile(), 0
            self._taken = [one for one in (*self._taken, file) if not one.closed]
        with file:
            with _temporary_space():
                file.seek(0)
            for lines in constrained_batches(file, max_bytes, max_rows, strict=False):
                yield [orjson.loads(line) for line in lines]


class NamedSpool(Closing):
    """Documents by name. Only where they lie takes memory. Threads may share it."""

    def __init__(self) -> None:
        with _temporary_space():
            self._file = tempfile.TemporaryFile()
        # Where the parts of each document begin and end.
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._lock = Lock()

    def close(self) -> None:
        # What could not be written any more is not needed.
        with suppress(OSError):
            self._file.close()

    def put(self, name: str, parts: Iterable[Any]) -> int:
        """Keep plain data under ``name``; returns where the file ends now."""
        places = []
        with self._lock, _temporary_space():
            end = self._file.seek(0, os.SEEK_END)
            for part in parts:
                start, end = end, end + self._file.write(orjson.dumps(part))
                places.append((start, end))
        self._places[name] = places
        return end

    def take(self, name: str) -> list[Any] | None:
        """The parts that are kept under ``name``, from now on no longer. None: there are none."""
        places = self._places.pop(name, None)
        return None if places is None else [self._read(*place) for place in places]

    def drop(self, names: Iterable[str]) -> None:
        """Forget what is kept under ``names``."""
        for name in names:
            self._places.pop(name, None)

    def _read(self, start: int, end: int) -> Any:
        with self._lock, _temporary_space():
            self._file.seek(start)
            return orjson.loads(self._file.read(end - start))
