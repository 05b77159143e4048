"""The bytes of the files of a side in memory, for tests of the transfer without Directus."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from sidecar.directus.multipart import Part
from sidecar.directus.transfer import Download
from sidecar.errors import DirectusError, DirectusRejected, Unreachable
from sidecar.resources.base import FILES
from tests.unit.memory import MemoryRows


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class MemoryDownload:
    """A Download of ``content``, whose checksum is no BLAKE3."""

    def __init__(self, content: bytes) -> None:
        self.size = len(content)
        self.blake3 = checksum(content)
        self._content = content

    def __enter__(self) -> "MemoryDownload":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def __iter__(self) -> Iterator[bytes]:
        yield self._content

    def close(self) -> None:
        """Nothing is open."""


class MemoryFiles:
    """A FileReader and FileWriter.

    ``failures`` are raised once each, by the id of the file; None lets a request pass.
    ``lost_answers`` are files whose next upload succeeds without an answer.
    """

    def __init__(self, rows: MemoryRows | None = None) -> None:
        self.contents: dict[str, bytes] = {}
        self.failures: defaultdict[str, list[DirectusError | None]] = defaultdict(list)
        self.lost_answers: set[str] = set()
        self.requests: list[list[str]] = []
        self.reachable = True
        self._rows = rows or MemoryRows()

    def open(self, key: str) -> Download:
        self._fail(key)
        if key not in self.contents:
            raise DirectusRejected("No such asset", code="ROUTE_NOT_FOUND", status=404)
        return cast(Download, MemoryDownload(self.contents[key]))

    def send(self, open_part: Callable[[], Part], *, replaces: str | None = None) -> None:
        part = open_part()
        key = replaces or str(part.fields["id"])
        self.requests.append([key])
        self._fail(key)
        if replaces is None and key in self._rows.tables[FILES]:
            raise DirectusRejected("Not unique", code="RECORD_NOT_UNIQUE", status=400)
        self._store(key, part)
        if key in self.lost_answers:
            self.lost_answers.remove(key)
            raise Unreachable("The answer was lost")

    def send_together(self, parts: Sequence[Part]) -> None:
        keys = [str(part.fields["id"]) for part in parts]
        self.requests.append(keys)
        for key, part in zip(keys, parts, strict=True):
            self._fail(key)
            self._store(key, part)

    def answers(self) -> bool:
        return self.reachable

    def _fail(self, key: str) -> None:
        error = self.failures[key].pop(0) if self.failures[key] else None
        if error:
            raise error

    def _store(self, key: str, part: Part) -> None:
        self.contents[key] = b"".join(part.content)
        row: dict[str, Any] = {"id": key, "storage": "s3", **part.fields}
        self._rows.tables[FILES][key] = row
