"""The first rows of user collections on both sides, which were read along with their numbers.

A run needs the numbers before it begins, and the rows soon afterwards. Of a small collection these
are all rows, so it takes one request to each side. They are kept on disk until then.
"""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sidecar.directus.client import Row
from sidecar.migration.spool import NamedSpool
from sidecar.resources.base import Resource

# Rows that somebody may have changed since are read again. A check and a plan take seconds; this is
# enough for those of thousands of collections.
MAX_AGE_SECONDS = 300.0
# Of all collections together. Further ones are only counted.
MAX_BYTES = 250_000_000


class FirstPage(NamedTuple):
    """The first page of a collection at the source, and the same rows at the destination."""

    rows: list[Row]
    # Whether the source has no others.
    is_whole: bool
    # What the destination has under the keys of ``rows``.
    existing: list[Row]

    def at_source(self, fields: Sequence[str]) -> list[Row] | None:
        """The rows of the source with ``fields``. None: they were not read with all of these."""
        return _with(fields, self.rows) if _have(self.rows, fields) else None

    def at_destination(
        self, resource: Resource, keys: Sequence[Any], fields: Sequence[str]
    ) -> dict[Any, Row] | None:
        """The destination's rows under ``keys``, with ``fields``, by key. None: they were not
        read."""
        if not {*keys} <= {row[resource.key] for row in self.rows}:
            return None
        if not _have(self.existing, fields):
            return None
        rows = {row[resource.key]: row for row in _with(fields, self.existing)}
        return {key: rows[key] for key in keys if key in rows}


def _have(rows: Sequence[Row], fields: Sequence[str]) -> bool:
    return all(row.keys() >= {*fields} for row in rows)


def _with(fields: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    return [{name: row[name] for name in fields} for row in rows]


class FirstRows(NamedSpool):
    """First pages, by collection, each to be taken once. Threads may share it.

    ``clock`` returns seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        # Whether there is no room for more.
        self.is_full = False

    def keep(self, collection: str, page: FirstPage) -> None:
        """Keep what was just read."""
        size = self.put(collection, [self._clock(), *page])
        self.is_full = size > MAX_BYTES

    def take_page(self, collection: str) -> FirstPage | None:
        """What was kept, unless it is old. From now on it is not kept."""
        read_at, *page = self.take(collection) or [-math.inf]
        return FirstPage(*page) if self._clock() - read_at <= MAX_AGE_SECONDS else None
