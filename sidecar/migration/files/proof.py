"""Proof of files: each that was transferred is read back from the destination, and its BLAKE3
compared with that of what was sent. The SHA-256 of what was read back is for people, who have tools
for it. Large files are read back while others still wait to be sent, as a line has two directions;
small ones, which cost the destination more than the line, and the last at the end."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import dataclass
from types import TracebackType

import orjson

from sidecar.cancellation import CancelToken
from sidecar.directus.retry import LONG, retry
from sidecar.errors import DirectusError
from sidecar.migration.files.sender import MARK
from sidecar.migration.instance.files import concerns_one_file
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import EncodedRow
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof
from sidecar.migration.spool import TableSpool
from sidecar.resources.base import Resource

LARGE_BYTES = 1_000_000
PORTION = 500
TABLE = "CREATE TABLE sent (key PRIMARY KEY, name, size, blake3) WITHOUT ROWID"
ADD = "INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?)"
NEXT = "SELECT key, name, size, blake3 FROM sent WHERE key > ? ORDER BY key LIMIT ?"
MEANWHILE_THREADS = 2


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent; ``size`` in bytes."""

    id: str
    name: str
    size: int
    blake3: str


class FileProver:
    """Takes note of files that were sent, on disk, and reads them back, ``at_once`` at the same
    time. It is entered for the length of a run; leaving it stops what is under way."""

    def __init__(
        self, destination: Instance, at_once: int, progress: Progress, cancel: CancelToken
    ) -> None:
        self._destination = destination
        self._at_once = at_once
        self._progress = progress
        self._cancel = cancel
        self._stack = ExitStack()
        self._under_way: list[Future[None]] = []

    def __enter__(self) -> "FileProver":
        self._sent = self._stack.enter_context(TableSpool(TABLE))
        self._meanwhile = ThreadPoolExecutor(MEANWHILE_THREADS)
        self._stack.callback(self._meanwhile.shutdown, cancel_futures=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stack.close()

    def take(self, resource: Resource, sent: SentFile, *, more: bool) -> None:
        """``sent`` has arrived, as far as the destination says; ``more`` are to be sent."""
        self._under_way = [
            future for future in self._under_way if not future.done() or future.exception()
        ]
        if more and sent.size >= LARGE_BYTES and len(self._under_way) < 2 * MEANWHILE_THREADS:
            self._under_way.append(
                self._meanwhile.submit(copy_context().run, self._prove, resource, sent)
            )
            return
        self._sent.execute(ADD, (sent.id, sent.name, sent.size, sent.blake3))

    def finish(self, resource: Resource) -> None:
        """Return when all files have been read back; those that differ are problems of the report.
        Raises DirectusError or Cancelled."""
        with ThreadPoolExecutor(self._at_once) as pool:
            for portion in self._portions():
                list(pool.map(lambda sent: self._prove(resource, sent), portion))
        for future in self._under_way:
            future.result()
        self._under_way = []

    def _portions(self) -> Iterator[list[SentFile]]:
        last = ""
        while rows := self._sent.execute(NEXT, (last, PORTION)):
            yield [SentFile(*row) for row in rows]
            last = rows[-1][0]

    def _prove(self, resource: Resource, sent: SentFile) -> None:
        try:
            size, blake3, sha256 = retry(lambda: self._read_back(sent.id), LONG)
        except DirectusError as error:
            if not concerns_one_file(error, self._destination.files):
                raise
            self._fail(
                resource, sent, f"The destination does not give this file back: {error.message}"
            )
            return
        if blake3 == sent.blake3:
            self._progress.watcher.transferred(FileProof(sent.id, sent.name, size, sha256))
        else:
            message = f"The destination stored other bytes ({size}) than were sent ({sent.size})"
            self._fail(resource, sent, message)

    def _read_back(self, key: str) -> tuple[int, str, str]:
        self._cancel.check()
        with self._destination.files.open(key) as download:
            sha256 = hashlib.sha256()
            for chunk in download:
                sha256.update(chunk)
            return download.size, download.blake3, sha256.hexdigest()

    def _fail(self, resource: Resource, sent: SentFile, message: str) -> None:
        """The next run sends it again."""
        self._progress.count(resource, created=-1, failed=1)
        self._progress.problem(resource.name, sent.id, "CHECKSUM_DIFFERS", message)
        row = EncodedRow({"id": sent.id}, orjson.dumps({"id": sent.id, **MARK}))
        self._destination.writer.update(resource, [row])
