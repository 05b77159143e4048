"""Lists the primary keys of a collection whose keys Directus cannot filter by ``_gt``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Directus, Row
from sidecar.errors import NotADirectus

KEYS_PER_LISTING = 10_000
# Rows that go away meanwhile make few answers in succession without a new key.
MOST_WITHOUT_NEW_KEYS = 10


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
        without_new_keys = 0
        while without_new_keys < MOST_WITHOUT_NEW_KEYS:
            keys = self._read(offset)
            moved = keys[:1] != [last_key]
            if moved:
                offset = max(0, offset - self.length)
                keys = self._read(offset)
            new_keys = [key for key in keys if key not in known]
            without_new_keys = 0 if new_keys else without_new_keys + 1
            if new_keys:
                yield new_keys
            if len(keys) < self.length:
                return
            known = known.union(keys) if moved else set(keys)
            last_key, offset = keys[-1], offset + len(keys) - 1
        raise endless(self.instance, self.path)

    def _read(self, offset: int) -> list[Any]:
        query = {
            "fields": [self.key],
            "sort": [self.key],
            "limit": self.length,
            "offset": offset,
            "filter": self.filter or {},
        }
        return [row[self.key] for row in self.instance.search(self.path, query)]


def endless(instance: Directus, path: str) -> NotADirectus:
    """The error about a server that answers the same rows for ever."""
    return NotADirectus(
        f"{instance.url}{path} answers the same rows to each request, so there is no end of them"
    )
