"""What source and destination had when a run ended: a SQLite file for each pair.

A baseline only saves questions. Without one a run goes on, and cannot tell who has changed a row.
So nothing here raises: ``note`` says what is missing.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from more_itertools import chunked

from sidecar.closing import Closing
from sidecar.errors import MigrationError
from sidecar.migration.store.database import (
    DAMAGED,
    MAX_VALUES,
    Database,
    Format,
    remove_file,
    translated,
)
from sidecar.migration.store.room import touch

FORMAT = Format(
    1,
    """
CREATE TABLE collections (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, signature BLOB NOT NULL
);
CREATE TABLE rows (
    collection INTEGER NOT NULL, key TEXT NOT NULL, source BLOB NOT NULL,
    destination BLOB NOT NULL, PRIMARY KEY (collection, key)
) WITHOUT ROWID;
CREATE TABLE sent (
    collection TEXT NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (collection, key, digest)
) WITHOUT ROWID
""",
)
NUMBER = "SELECT id FROM collections WHERE name = ?"
ANY = "SELECT 1 FROM collections LIMIT 1"
KNOWN = "SELECT 1 FROM collections WHERE name = ? AND signature = ?"
ADD_COLLECTION = "INSERT INTO collections (name, signature) VALUES (?, ?)"
FORGET = "DELETE FROM rows WHERE collection = (SELECT id FROM collections WHERE name = ?)"
FORGET_COLLECTION = "DELETE FROM collections WHERE name = ?"
FIND = """
SELECT key, source, destination FROM rows
WHERE collection = (SELECT id FROM collections WHERE name = ?) AND key IN ({})
"""
RECORD = "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)"
SENT = "INSERT OR IGNORE INTO sent VALUES (?, ?, ?)"
ANY_SENT = "SELECT 1 FROM sent WHERE collection = ? LIMIT 1"
ARRIVED = "DELETE FROM sent WHERE collection = ? AND key = ?"
IS_OURS = "SELECT 1 FROM sent WHERE collection = ? AND key = ? AND digest = ?"
BEGINS_ANEW = "What both sides had after the last run is not known any more, and begins anew: {}"
GOES_WITHOUT = "What both sides had after the last run is not known: {}"
NOT_RECORDED = "What both sides have now is not recorded for the next run: {}"
# What cannot be read is kept beside it, until there is no room for it.
SET_ASIDE = "damaged-{}"


class Baseline(Closing):
    """What was recorded for one pair of source and destination. Threads may share it."""

    def __init__(self, path: Path | None, max_bytes: int | None = None) -> None:
        """``path`` is that of the pair's file; None: nothing is known, and nothing is recorded. The
        file has at most ``max_bytes``."""
        self._lock = Lock()
        self._database: Database | None = None
        self._max_bytes = max_bytes
        # Whether nothing more can be recorded. What is known stays known.
        self._is_full = False
        # What people should know; None: nothing.
        self.note: str | None = None
        if path:
            self._open(path)

    def close(self) -> None:
        with self._lock, suppress(MigrationError):
            if self._database:
                self._database.close()
            self._database = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was recorded of any run."""
        return not self._ask(ANY, ())

    def known(self, collection: str, signature: bytes) -> bool:
        """Whether rows of ``collection`` with these columns were recorded."""
        return bool(self._ask(KNOWN, (collection, signature)))

    def find(self, collection: str, keys: Sequence[str]) -> dict[str, tuple[bytes, bytes]]:
        """The digests at the source and at the destination, of those of ``keys`` that were
        recorded."""
        found = {}
        for portion in chunked(keys, MAX_VALUES):
            query = FIND.format(", ".join("?" * len(portion)))
            for key, source, destination in self._ask(query, (collection, *portion)):
                found[key] = source, destination
        return found

    def record(
        self, collection: str, signature: bytes, rows: Iterable[tuple[str, bytes, bytes]]
    ) -> None:
        """Record rows: key, digest at the source, digest at the destination. Another ``signature``
        than before drops what was recorded of the collection."""
        for portion in chunked(rows, MAX_VALUES):
            with self._recording() as database:
                if database:
                    _record(database, collection, signature, portion)

    def writing(self, collection: str, rows: Iterable[tuple[str, bytes]]) -> None:
        """Record what the destination's rows may become: key, and the digest of the row as the run
        is about to send it. Called before it is sent; ``record`` of the row ends it."""
        sent = [(collection, key, digest) for key, digest in rows]
        with self._recording() as database:
            if database:
                with database.transaction():
                    database.execute_many(SENT, sent)

    def is_ours(self, collection: str, key: str, digest: bytes) -> bool:
        """Whether a run may have left the destination's row with this digest, and then died before
        it recorded the row."""
        return bool(self._ask(IS_OURS, (collection, key, digest)))

    def _ask(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._using() as database:
            return database.execute(query, values) if database else []
        return []

    def _open(self, path: Path) -> None:
        try:
            self._database = self._opened(path)
            if self._max_bytes:
                ((page_bytes,),) = self._database.execute("PRAGMA page_size")
                pages = max(1, self._max_bytes // page_bytes)
                self._database.execute(f"PRAGMA max_page_count = {pages}")
            touch(path)
        except MigrationError as error:
            self.note = GOES_WITHOUT.format(error.message)

    def _opened(self, path: Path) -> Database:
        try:
            return Database(path, FORMAT)
        except MigrationError as error:
            if error.code != DAMAGED:
                raise
            self.note = BEGINS_ANEW.format(error.message)
        with translated(path):
            aside = path.with_name(SET_ASIDE.format(path.name))
            remove_file(aside)
            path.rename(aside)
        remove_file(path)
        return Database(path, FORMAT)

    @contextmanager
    def _recording(self) -> Iterator[Database | None]:
        """The same to write to it. When that fails, the run goes on with what was known before."""
        with self._lock:
            try:
                yield None if self._is_full else self._database
            except MigrationError as error:
                self.note = NOT_RECORDED.format(error.message)
                self._is_full = True

    @contextmanager
    def _using(self) -> Iterator[Database | None]:
        """The open file; None if there is none. What goes wrong in the block is noted, and the run
        goes on without."""
        with self._lock:
            try:
                yield self._database
            except MigrationError as error:
                self.note = GOES_WITHOUT.format(error.message)
                if self._database:
                    self._database.close()
                self._database = None


def _record(
    database: Database,
    collection: str,
    signature: bytes,
    rows: Sequence[tuple[str, bytes, bytes]],
) -> None:
    with database.transaction():
        if not database.execute(KNOWN, (collection, signature)):
            database.execute(FORGET, (collection,))
            database.execute(FORGET_COLLECTION, (collection,))
            database.execute(ADD_COLLECTION, (collection, signature))
        ((number,),) = database.execute(NUMBER, (collection,))
        # Most rows have not changed since the last run, and to look is quicker than to write.
        query = FIND.format(", ".join("?" * len(rows)))
        known = set(database.execute(query, (collection, *(key for key, *_ in rows))))
        new = [row for row in rows if tuple(row) not in known]
        database.execute_many(RECORD, [(number, *row) for row in new])
        if database.execute(ANY_SENT, (collection,)):
            database.execute_many(ARRIVED, [(collection, key) for key, *_ in rows])
