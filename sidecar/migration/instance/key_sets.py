"""Sets of primary keys, one for each collection. They are on disk, so they take no memory."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sidecar.migration.instance.rows import keys_from_text
from sidecar.migration.spool import TableSpool
from sidecar.resources.base import Resource

CREATE = """
CREATE TABLE keys (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    followed INTEGER NOT NULL DEFAULT 0,
    chosen INTEGER NOT NULL,
    PRIMARY KEY (collection, key)
) WITHOUT ROWID
"""
WAITING = "CREATE INDEX waiting ON keys (collection, key) WHERE NOT followed"
CHOOSE = """
INSERT INTO keys (collection, key, chosen, followed) VALUES (?, ?, 1, 1)
ON CONFLICT DO UPDATE SET chosen = 1, followed = 1
"""
BRING = "INSERT OR IGNORE INTO keys (collection, key, chosen) VALUES (?, ?, 0)"
FOLLOW = "UPDATE keys SET followed = 1 WHERE collection = ? AND key = ?"
COUNT = "SELECT count(*), coalesce(sum(NOT chosen), 0) FROM keys WHERE collection = ?"
UNFOLLOWED = "SELECT key FROM keys WHERE collection = ? AND NOT followed LIMIT ?"
FIRST = "SELECT key FROM keys WHERE collection = ? ORDER BY key LIMIT ?"
AFTER = "SELECT key FROM keys WHERE collection = ? AND key > ? ORDER BY key LIMIT ?"
DROP = "DELETE FROM keys WHERE collection = ? AND key = ?"
COLLECTIONS = "SELECT DISTINCT collection FROM keys"
KNOWN = "SELECT 1 FROM keys WHERE collection = ? AND key = ?"
WITH_UNFOLLOWED = "SELECT DISTINCT collection FROM keys WHERE NOT followed"


class KeySets(TableSpool):
    """Keys of rows, by collection. Threads may share it."""

    def __init__(self) -> None:
        super().__init__(CREATE)
        self.execute(WAITING)

    def choose(self, collection: str, keys: Iterable[Any]) -> None:
        """Add keys of selected rows, whose references the caller follows."""
        self.execute_many(CHOOSE, [(collection, str(key)) for key in keys])

    def bring(self, collection: str, keys: Iterable[Any]) -> None:
        """Add keys of rows that others need. Their own references are still to be followed."""
        self.execute_many(BRING, [(collection, str(key)) for key in keys])

    def take(self, resource: Resource, max_keys: int) -> list[Any]:
        """Keys whose references nobody has followed. From now on they count as followed."""
        texts = [key for (key,) in self.execute(UNFOLLOWED, (resource.name, max_keys))]
        self.execute_many(FOLLOW, [(resource.name, key) for key in texts])
        return list(keys_from_text(resource, texts))

    def unfollowed(self) -> list[str]:
        """Collections with keys whose references nobody has followed."""
        return sorted(name for (name,) in self.execute(WITH_UNFOLLOWED))

    def drop(self, collection: str, keys: Iterable[Any]) -> None:
        """Remove keys that no row has."""
        self.execute_many(DROP, [(collection, str(key)) for key in keys])

    def collections(self) -> frozenset[str]:
        """The collections that have any key."""
        return frozenset(name for (name,) in self.execute(COLLECTIONS))

    def has(self, collection: str, key: Any) -> bool:
        return bool(self.execute(KNOWN, (collection, str(key))))

    def count(self, collection: str) -> tuple[int, int]:
        """How many keys there are, and how many of them were brought along."""
        ((keys, brought),) = self.execute(COUNT, (collection,))
        return keys, brought

    def pages(self, resource: Resource, max_keys: int) -> Iterator[Sequence[Any]]:
        """All keys of ``resource``, sorted as texts, in portions."""
        found = self.execute(FIRST, (resource.name, max_keys))
        while found:
            texts = [key for (key,) in found]
            yield keys_from_text(resource, texts)
            found = self.execute(AFTER, (resource.name, texts[-1], max_keys))
