"""Lists the primary keys of a collection whose keys Directus cannot filter by ``_gt``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Directus, Row

KEYS_PER_LISTING = 10_000


@dataclass(frozen=True, slots=True)
class KeyListing:
    """The keys under ``path``, in the order of the server, ``length`` per request.

    Rows may come and go meanwhile. Each request therefore begins at the last known key. If that key
    is not where it was, the listing goes back by one request and yields the keys it has not seen.
    """

    instance: Directus
    path: str
    # The name of the primary key.
    key: str
    filter: Row | None
    # Keys per request.
    length: int

    def after(self, first_keys: Sequence[Any]) -> Iterator[list[Any]]:
        """Yield all keys that follow ``first_keys``, which start the collection."""
        offset = len(first_keys) - 1
        last_key: Any = first_keys[-1]
        known: set[Any] = set(first_keys)
        while True:
            keys = self._read(offset)
            moved = keys[:1] != [last_key]
            if moved:
                offset = max(0, offset - self.length)
                keys = self._read(offset)
            if new_keys := [key for key in keys if key not in known]:
                yield new_keys
            if len(keys) < self.length:
                return
            known = known.union(keys) if moved else set(keys)
            last_key, offset = keys[-1], offset + len(keys) - 1

    def _read(self, offset: int) -> list[Any]:
        query = {
            "fields": [self.key],
            "sort": [self.key],
            "limit": self.length,
            "offset": offset,
            "filter": self.filter or {},
        }
        return [row[self.key] for row in self.instance.search(self.path, query)]
