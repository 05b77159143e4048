"""Evidence of a comparison: one SHA-256 over the rows as they should be, one over the rows as they are."""

import hashlib

import orjson

from sidecar.directus.client import Row


class Digests:
    """Both digests of one resource, fed with its compared rows in the order of the source. Equal digests mean equal
    rows: each row goes in as a line of JSON with its columns sorted."""

    def __init__(self) -> None:
        self._source = hashlib.sha256()
        self._destination = hashlib.sha256()
        self.rows = 0

    def add(self, expected: Row, actual: Row | None) -> None:
        """One row as it should be, and as it is at the destination (None: it is not there)."""
        self.rows += 1
        self._source.update(_line(expected))
        if actual is not None:
            self._destination.update(_line(actual))

    @property
    def source(self) -> str | None:
        """Of the rows as they should be, in hexadecimal; None where no row was compared."""
        return self._source.hexdigest() if self.rows else None

    @property
    def destination(self) -> str | None:
        """Of the rows as they are."""
        return self._destination.hexdigest() if self.rows else None


def _line(row: Row) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
