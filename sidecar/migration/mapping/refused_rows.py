"""Remembers the rows that do not arrive, so that what refers to them is known before it is sent."""

from collections.abc import Collection, Iterable
from typing import Any

from more_itertools import chunked

from sidecar.migration.spool import TableSpool

TABLE = "CREATE TABLE refused (collection, key, PRIMARY KEY (collection, key)) WITHOUT ROWID"
ADD = "INSERT OR IGNORE INTO refused VALUES (?, ?)"
FIND = "SELECT key FROM refused WHERE collection = ? AND key IN ({})"
# Rows that do not arrive if their target does not.
FOLLOWERS = (
    "CREATE TABLE followers (target, target_key, collection, key, "
    "PRIMARY KEY (target, target_key, collection, key)) WITHOUT ROWID"
)
FOLLOW = "INSERT OR IGNORE INTO followers VALUES (?, ?, ?, ?)"
ADD_FOLLOWERS = """
INSERT OR IGNORE INTO refused
WITH RECURSIVE lost (collection, key) AS (
    SELECT followers.collection, followers.key FROM followers
    JOIN refused ON refused.collection = target AND refused.key = target_key
    UNION
    SELECT followers.collection, followers.key FROM lost
    CROSS JOIN followers ON target = lost.collection AND target_key = lost.key
)
SELECT collection, key FROM lost
"""
FORGET_FOLLOWERS = "DELETE FROM followers WHERE collection = ?"
# So many keys are in one question.
MAX_KEYS = 500


class RefusedRows(TableSpool):
    """The keys of such rows, on disk. Threads may share it."""

    def __init__(self) -> None:
        super().__init__(TABLE)
        self.execute(FOLLOWERS)
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

    def follow(self, collection: str, target: str, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Rows of ``collection`` do not arrive if rows of ``target`` do not. ``pairs`` are the keys
        of both."""
        rows = ((target, str(target_key), collection, str(key)) for key, target_key in pairs)
        self.execute_many(FOLLOW, rows)

    def add_followers(self, collections: Collection[str]) -> None:
        """Add all rows that follow, however far, and forget whom those of ``collections``
        follow."""
        self.execute(ADD_FOLLOWERS)
        self.execute_many(FORGET_FOLLOWERS, [(collection,) for collection in collections])
        self._collections.update(collections)

    def has_any(self, collection: str) -> bool:
        """Whether rows of ``collection`` may not arrive."""
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
