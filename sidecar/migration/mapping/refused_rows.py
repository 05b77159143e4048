"""Remembers the rows that do not arrive, so that what refers to them is known before it is sent."""

from collections.abc import Collection, Iterable
from typing import Any

from more_itertools import chunked

from sidecar.migration.spool import TableSpool

TABLE = "CREATE TABLE refused (collection, key, PRIMARY KEY (collection, key)) WITHOUT ROWID"
ADD = "INSERT OR IGNORE INTO refused VALUES (?, ?)"
FIND = "SELECT key FROM refused WHERE collection = ? AND key IN ({})"
# So many keys are in one question.
MAX_KEYS = 500


class RefusedRows(TableSpool):
    """The keys of such rows, on disk. Threads may share it."""

    def __init__(self) -> None:
        super().__init__(TABLE)
        self._collections: set[str] = set()
        self._whole: set[str] = set()

    def add(self, collection: str, keys: Iterable[Any]) -> None:
        """Rows of ``collection`` do not arrive. ``keys`` are those of the source or of the
        destination."""
        rows = [(collection, str(key)) for key in keys if key is not None]
        if rows:
            self.execute_many(ADD, rows)
            self._collections.add(collection)

    def add_all(self, collection: str) -> None:
        """No row of ``collection`` arrives that the destination does not have."""
        self._whole.add(collection)

    def has_any(self, collection: str) -> bool:
        """Whether rows of ``collection`` do not arrive."""
        return collection in self._collections | self._whole

    def among(self, collection: str, keys: Collection[Any]) -> set[Any]:
        """Those of ``keys`` whose rows do not arrive. The destination may have had them before."""
        if collection in self._whole:
            return set(keys)
        if collection not in self._collections:
            return set()
        refused: set[str] = set()
        for some in chunked({str(key) for key in keys}, MAX_KEYS):
            query = FIND.format(", ".join("?" * len(some)))
            refused.update(key for (key,) in self.execute(query, (collection, *some)))
        return {key for key in keys if str(key) in refused}
