"""Evidence of a comparison: a SHA-256 of the rows as they should be, and of the rows as they are.

Both are digests of the digests of the rows, in the order of the comparison. So the digest is all
that is kept of a loaded row until it is compared.
"""

import hashlib

import orjson

from sidecar.directus.client import Row
from sidecar.resources.base import Resource

# Of digests that are kept for a later run.
DIGEST_BYTES = 16


class Digests:
    """Both digests of one resource. Equal digests mean equal rows."""

    def __init__(self) -> None:
        self._source = hashlib.sha256()
        self._destination = hashlib.sha256()
        self.rows = 0

    def add(self, expected: bytes, actual: bytes | None) -> None:
        """Add the digests of a row as it should be, and as it is (None: it is not there)."""
        self.rows += 1
        self._source.update(expected)
        if actual is not None:
            self._destination.update(actual)

    @property
    def source(self) -> str | None:
        """The digest of the rows as they should be, in hexadecimal. None: no row was compared."""
        return self._source.hexdigest() if self.rows else None

    @property
    def destination(self) -> str | None:
        """The digest of the rows as they are, in hexadecimal. None: no row was compared."""
        return self._destination.hexdigest() if self.rows else None


def digest_of(row: Row) -> bytes:
    """The SHA-256 of a row: of its JSON, with the columns sorted."""
    return measure(row)[0]


def measure(row: Row) -> tuple[bytes, int]:
    """The digest of a row, and the bytes of its JSON."""
    line = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(line).digest(), len(line)


def state_digest(row: Row) -> bytes:
    """The first DIGEST_BYTES of the digest of a row of the destination, as it is compared."""
    return digest_of(row)[:DIGEST_BYTES]


def source_digest(resource: Resource, row: Row) -> bytes:
    """The BLAKE2b, 16 bytes, of a row of the source as it was read, without columns that change by
    themselves."""
    volatile = resource.rules.volatile
    values = [row[column] for column in resource.columns if column not in volatile]
    line = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(line, digest_size=DIGEST_BYTES).digest()
