"""Files in portions: a shard is what one worker takes at a time, a unit what one thread of it sends
by one request."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from more_itertools import constrained_batches

from sidecar.directus.client import Row

SHARD_FILES = 100
SHARD_BYTES = 32_000_000
UNIT_FILES = 25
# Proxies take bodies of 1 MiB unless told otherwise.
UNIT_BYTES = 1_000_000

Fate = Literal["created", "kept", "refused"]


@dataclass(frozen=True, slots=True)
class File:
    """A file to be transferred; ``size`` as the source's row has it, ``columns`` what its row gets.
    ``exists`` says that an earlier run left it half done."""

    id: str
    name: str
    type: str
    size: int | None
    exists: bool
    columns: Row


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: its row was ``created``, ``kept`` as it stands without its bytes, or
    it was ``refused``; ``bytes`` were sent, if any were, with that ``blake3``. ``code`` and
    ``message`` are of the problem that it has."""

    id: str
    fate: Fate
    bytes: int = 0
    blake3: str | None = None
    code: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Shard:
    """Files that one worker transfers."""

    id: str
    files: tuple[File, ...]

    @property
    def shareable(self) -> bool:
        """Whether it is ordinary work: what is left of an earlier run may need no writing at
        all."""
        return not any(file.exists or file.size is None for file in self.files)

    def document(self) -> list[dict[str, Any]]:
        """The files as plain data."""
        return [asdict(file) for file in self.files]


def shard_of(shard_id: str, document: Iterable[dict[str, Any]]) -> Shard:
    """The opposite of ``Shard.document``."""
    return Shard(shard_id, tuple(File(**file) for file in document))


def shards_of(files: Iterable[File]) -> Iterator[Shard]:
    """``files`` in shards bounded by number and bytes; a larger file is a shard of its own."""
    for portion in constrained_batches(
        files, SHARD_BYTES, SHARD_FILES, get_len=_size, strict=False
    ):
        yield Shard(uuid.uuid4().hex, portion)


def units_of(files: Iterable[File]) -> Iterator[list[File]]:
    """``files`` in units: small ones together, all others alone."""
    small = [file for file in files if _is_small(file)]
    yield from ([file] for file in files if not _is_small(file))
    for unit in constrained_batches(small, UNIT_BYTES, UNIT_FILES, get_len=_size, strict=False):
        yield list(unit)


def _size(file: File) -> int:
    return file.size or 0


def _is_small(file: File) -> bool:
    return not file.exists and file.size is not None and 2 * file.size <= UNIT_BYTES
