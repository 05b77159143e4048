"""Proof of files: each that was transferred is read back from the destination, and its BLAKE3
compared with that of what was sent. The SHA-256 of what was read back is for people, who have tools
for it. Large files are read back while others still wait to be sent, as a line has two directions;
small ones, which cost the destination more than the line, and the last at the end."""

import hashlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import dataclass
from threading import Lock
from types import TracebackType

from sidecar.directus.client import Directus
from sidecar.directus.retry import LONG, retry
from sidecar.directus.transfer import Download, concerns_one_file
from sidecar.errors import DirectusError
from sidecar.migration.files.sender import MARK, PATH
from sidecar.migration.report.report import FileProof, Report
from sidecar.resources.base import Resource

LARGE_BYTES = 1_000_000
PORTION = 500
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

    def __init__(self, destination: Directus, at_once: int, report: Report) -> None:
        self._destination = destination
        self._at_once = at_once
        self._report = report
        self._stack = ExitStack()
        self._lock = Lock()
        self._under_way: list[Future[None]] = []

    def __enter__(self) -> "FileProver":
        # An empty name is SQLite's word for a temporary database on disk.
        self._sent = sqlite3.connect("", check_same_thread=False)
        self._stack.callback(self._sent.close)
        self._sent.execute("CREATE TABLE sent (key PRIMARY KEY, name, size, blake3) WITHOUT ROWID")
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
        with self._lock:
            self._sent.execute(
                "INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?)",
                (sent.id, sent.name, sent.size, sent.blake3),
            )

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
        rows = self._sent.execute("SELECT key, name, size, blake3 FROM sent")
        while portion := rows.fetchmany(PORTION):
            yield [SentFile(*row) for row in portion]

    def _prove(self, resource: Resource, sent: SentFile) -> None:
        try:
            size, blake3, sha256 = retry(lambda: self._read_back(sent.id), LONG)
        except DirectusError as error:
            if not concerns_one_file(error, self._destination):
                raise
            self._fail(
                resource, sent, f"The destination does not give this file back: {error.message}"
            )
            return
        if blake3 == sent.blake3:
            self._report.watcher.transferred(FileProof(sent.id, sent.name, size, sha256))
        else:
            message = f"The destination stored other bytes ({size}) than were sent ({sent.size})"
            self._fail(resource, sent, message)

    def _read_back(self, key: str) -> tuple[int, str, str]:
        self._report.check_cancelled()
        with Download(self._destination, key) as download:
            sha256 = hashlib.sha256()
            for chunk in download:
                sha256.update(chunk)
            return download.size, download.blake3, sha256.hexdigest()

    def _fail(self, resource: Resource, sent: SentFile, message: str) -> None:
        """The next run sends it again."""
        self._report.count(resource, created=-1, failed=1)
        self._report.problem(resource.name, sent.id, "CHECKSUM_DIFFERS", message)
        self._destination.update(f"{PATH}/{sent.id}", dict(MARK), fields=["id"])
