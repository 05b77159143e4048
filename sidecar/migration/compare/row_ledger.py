"""The source rows that a run has read, as digests on disk: they tell what changed at the source
meanwhile."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from threading import Lock
from types import TracebackType
from typing import Any

import orjson

from sidecar.directus.client import Row
from sidecar.migration.report.digests import measure
from sidecar.migration.values.conversion import ValueCodec
from sidecar.resources.base import Resource

DIGEST_BYTES = 16
TABLE = """CREATE TABLE seen (resource, key, digest, existed, arrived, expected, size, PRIMARY KEY
    (resource, key))
WITHOUT ROWID"""


class RowLedger:
    """What each row looked like when it was loaded. Holds nothing in memory; closing it removes it.
    Safe to share by threads."""

    def __init__(self) -> None:
        # An empty name is SQLite's word for a temporary database on disk.
        self._rows = sqlite3.connect("", check_same_thread=False)
        self._rows.execute(TABLE)
        self._lock = Lock()

    def __enter__(self) -> "RowLedger":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._rows.close()

    def add(self, resource: Resource, rows: Iterable[Row]) -> None:
        """Take note of ``rows`` as the source gave them."""
        entries = [(resource.name, str(row[resource.key]), _digest(resource, row)) for row in rows]
        with self._lock:
            self._rows.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, FALSE, FALSE, NULL, 0)", entries
            )

    def add_up_to_date(self, resource: Resource, keys: Iterable[Any]) -> None:
        """Take note of rows that were found unchanged at the destination, and will not be looked at
        again."""
        entries = [(resource.name, str(key)) for key in keys]
        with self._lock:
            self._rows.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, NULL, TRUE, TRUE, NULL, 0)", entries
            )

    def add_existing(self, resource: Resource, keys: Iterable[Any]) -> None:
        """Take note that rows were at the destination before, and were skipped."""
        entries = [(resource.name, str(key)) for key in keys]
        with self._lock:
            self._rows.executemany(
                "UPDATE seen SET existed = TRUE, arrived = TRUE WHERE resource = ? AND key = ?",
                entries,
            )

    def add_arrived(self, resource: Resource, rows: Iterable[Row], codec: ValueCodec) -> None:
        """Take note that ``rows`` are at the destination now, and of how they should stand there,
        by ``codec``."""
        entries = [
            (*measure(codec.normalize(row)), resource.name, str(row[resource.key])) for row in rows
        ]
        query = (
            "UPDATE seen SET arrived = TRUE, expected = ?, size = ? WHERE resource = ? AND key = ?"
        )
        with self._lock:
            self._rows.executemany(query, entries)

    def arrivals(
        self, resource: Resource, most_rows: int, most_bytes: int
    ) -> Iterator[dict[str, bytes]]:
        """The rows that have arrived in this run, in portions: by the key as text the digest of the
        row as it should stand there."""
        query = (
            "SELECT key, expected, size FROM seen WHERE resource = ? AND key > ? AND expected IS "
            "NOT NULL ORDER BY key LIMIT ?"
        )
        last: str | None = ""
        while last is not None:
            with self._lock:
                rows = self._rows.execute(query, (resource.name, last, most_rows)).fetchall()
            portion: dict[str, bytes] = {}
            left, last = most_bytes, None
            for key, expected, size in rows:
                if portion and size > left:
                    break
                portion[key], last, left = expected, key, left - size
            if portion:
                yield portion

    def arrived(self, resource: Resource, key: Any) -> bool:
        """Whether the row is at the destination."""
        query = "SELECT arrived FROM seen WHERE resource = ? AND key = ?"
        with self._lock:
            return bool(self._rows.execute(query, (resource.name, str(key))).fetchone() == (True,))

    def forget(self, resource: Resource, key: Any) -> None:
        """The row could not be loaded for something that happened at the source meanwhile."""
        with self._lock:
            self._rows.execute(
                "DELETE FROM seen WHERE resource = ? AND key = ?", (resource.name, str(key))
            )

    def knows(self, collection: str, key: Any) -> bool:
        """Whether a row of ``collection`` with this key was read."""
        return self._find(collection, key) is not None

    def existed(self, resource: Resource, key: Any) -> bool:
        """Whether the row was at the destination before."""
        return bool((self._find(resource.name, key) or (None, False))[1])

    def changed(self, resource: Resource, row: Row) -> bool:
        """Whether ``row`` is another one now than when it was loaded, or was not there then."""
        found = self._find(resource.name, row[resource.key])
        return found is None or found[0] != _digest(resource, row)

    def _find(self, collection: str, key: Any) -> tuple[bytes | None, bool] | None:
        query = "SELECT digest, existed FROM seen WHERE resource = ? AND key = ?"
        with self._lock:
            found = self._rows.execute(query, (collection, str(key))).fetchone()
        return (found[0], bool(found[1])) if found else None


def _digest(resource: Resource, row: Row) -> bytes:
    values = orjson.dumps([row[column] for column in resource.columns], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(values, digest_size=DIGEST_BYTES).digest()
