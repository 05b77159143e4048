"""Evidence of a comparison: one SHA-256 over the rows as they should be, one over the rows as they
are.

Both are taken over the SHA-256 of each row, in the order of the comparison, so that a row that was
loaded can be kept as its digest alone until it is compared.
"""

import hashlib

import orjson

from sidecar.directus.client import Row


class Digests:
    """Both digests of one resource, fed with the digests of its compared rows. Equal digests mean
    equal rows."""

    def __init__(self) -> None:
        self._source = hashlib.sha256()
        self._destination = hashlib.sha256()
        self.rows = 0

    def add(self, expected: bytes, actual: bytes | None) -> None:
        """The digest of one row as it should be, and as it is at the destination (None: it is not
        there)."""
        self.rows += 1
        self._source.update(expected)
        if actual is not None:
            self._destination.update(actual)

    @property
    def source(self) -> str | None:
        """Of the rows as they should be, in hexadecimal; None where no row was compared."""
        return self._source.hexdigest() if self.rows else None

    @property
    def destination(self) -> str | None:
        """Of the rows as they are."""
        return self._destination.hexdigest() if self.rows else None


def digest_of(row: Row) -> bytes:
    """The SHA-256 of a row as JSON with its columns sorted."""
    return measure(row)[0]


def measure(row: Row) -> tuple[bytes, int]:
    """The digest of a row, and how many bytes of JSON it is."""
    line = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(line).digest(), len(line)
