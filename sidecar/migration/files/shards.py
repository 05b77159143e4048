"""Divides files: a worker takes a shard at a time, and each of its threads sends a unit with one
request."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from more_itertools import constrained_batches

from sidecar.directus.client import Row

SHARD_FILES = 100
SHARD_BYTES = 32_000_000
UNIT_FILES = 25
# By default, proxies accept request bodies of up to 1 MiB.
UNIT_BYTES = 1_000_000

Fate = Literal["created", "kept", "refused"]


@dataclass(frozen=True, slots=True)
class File:
    """A file to be transferred."""

    id: str
    # The file name that users see.
    name: str
    # The MIME type.
    type: str
    # In bytes, from the source's row. None: the row does not say.
    size: int | None
    # An earlier run created the row at the destination and did not finish the file.
    exists: bool
    # What the row at the destination gets.
    columns: Row


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a file's transfer."""

    id: str
    # The row was created, an unfinished row was kept without bytes, or the file was refused.
    fate: Fate
    # The number of bytes that were sent.
    bytes: int = 0
    # The checksum of these bytes. None: none were sent.
    blake3: str | None = None
    # The problem of the file. None: it has none.
    code: str | None = None
    message: str = ""
    # The column that the problem is about, if Directus names it.
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Shard:
    """Files that one worker transfers."""

    id: str
    files: tuple[File, ...]

    @property
    def shareable(self) -> bool:
        """Whether helpers may take it: all of its files are new and have bytes.

        Files of an earlier run may need no write at all.
        """
        return not any(file.exists or file.size is None for file in self.files)

    def document(self) -> list[dict[str, Any]]:
        """The files as plain data."""
        return [asdict(file) for file in self.files]


def shard_of(shard_id: str, document: Iterable[dict[str, Any]]) -> Shard:
    """The shard of a ``Shard.document``. Raises ValueError if the id of a file is no UUID, and
    TypeError for the document of another version."""
    files = tuple(File(**file) for file in document)
    for file in files:
        if str(uuid.UUID(file.id)) != file.id.lower():
            raise ValueError("the id of a file is not written as a UUID")
    return Shard(shard_id, files)


def shards_of(files: Iterable[File]) -> Iterator[Shard]:
    """``files`` in shards of at most SHARD_FILES and SHARD_BYTES. A larger file has its own."""
    for batch in constrained_batches(files, SHARD_BYTES, SHARD_FILES, get_len=_size, strict=False):
        yield Shard(uuid.uuid4().hex, batch)


def units_of(files: Iterable[File]) -> Iterator[list[File]]:
    """``files`` in units: large and unfinished ones alone, then small ones together."""
    small = [file for file in files if _is_small(file)]
    yield from ([file] for file in files if not _is_small(file))
    for unit in constrained_batches(small, UNIT_BYTES, UNIT_FILES, get_len=_size, strict=False):
        yield list(unit)


def _size(file: File) -> int:
    return file.size or 0


def _is_small(file: File) -> bool:
    return not file.exists and file.size is not None and 2 * file.size <= UNIT_BYTES
