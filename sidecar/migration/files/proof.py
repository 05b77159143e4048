"""Proof of files: each file that was sent is read back from the destination, and the BLAKE3 of both
is compared. The report shows the SHA-256 of what was read back, for which people have tools.

Large files are read back while others are still being sent, because a connection works in both
directions. Small files, which cost the destination more than the connection, follow at the end.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import dataclass

import orjson

from sidecar.cancellation import CancelToken
from sidecar.closing import Closing
from sidecar.errors import DirectusError
from sidecar.migration.files.file_rows import MARK
from sidecar.migration.instance.files import concerns_one_file, retry_transfer
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import EncodedRow
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof
from sidecar.migration.spool import TableSpool
from sidecar.resources.base import Resource

NOT_READABLE = "The destination does not return this file: {}"
DIFFERENT_BYTES = (
    "The destination stored different bytes: {} bytes were sent, and it returned {} bytes"
)
LARGE_BYTES = 1_000_000
PAGE_FILES = 500
TABLE = "CREATE TABLE sent (key PRIMARY KEY, name, size, blake3) WITHOUT ROWID"
INSERT = "INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?)"
SELECT_PAGE = "SELECT key, name, size, blake3 FROM sent WHERE key > ? ORDER BY key LIMIT ?"
CONCURRENT_THREADS = 2


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent."""

    id: str
    name: str
    # In bytes.
    size: int
    blake3: str


class FileProver(Closing):
    """Records the files that were sent, on disk, and reads them back.

    Enter it for the duration of a run. Leaving it stops what is still being read.
    """

    def __init__(
        self, destination: Instance, threads: int, progress: Progress, cancel: CancelToken
    ) -> None:
        """``threads`` files are read at the same time at the end."""
        self._destination = destination
        self._threads = threads
        self._progress = progress
        self._cancel = cancel
        self._stack = ExitStack()
        self._concurrent: list[Future[None]] = []

    def __enter__(self) -> "FileProver":
        self._sent = self._stack.enter_context(TableSpool(TABLE))
        self._pool = ThreadPoolExecutor(CONCURRENT_THREADS)
        self._stack.callback(self._pool.shutdown, cancel_futures=True)
        return self

    def close(self) -> None:
        self._stack.close()

    def take(self, resource: Resource, sent: SentFile, *, more: bool) -> None:
        """Record a file that the destination has accepted, or begin to read it back.

        ``more`` says that further files are still to be sent.
        """
        # Futures that failed are kept, so that ``finish`` raises their error.
        self._concurrent = [
            future for future in self._concurrent if not future.done() or future.exception()
        ]
        if more and sent.size >= LARGE_BYTES and len(self._concurrent) < 2 * CONCURRENT_THREADS:
            self._concurrent.append(
                self._pool.submit(copy_context().run, self._prove, resource, sent)
            )
            return
        self._sent.execute(INSERT, (sent.id, sent.name, sent.size, sent.blake3))

    def finish(self, resource: Resource) -> None:
        """Read back all files that remain. Files that differ become problems of the report. Raises
        DirectusError or Cancelled."""
        with ThreadPoolExecutor(self._threads) as pool:
            for page in self._pages():
                list(pool.map(lambda sent: self._prove(resource, sent), page))
        for future in self._concurrent:
            future.result()
        self._concurrent = []

    def _pages(self) -> Iterator[list[SentFile]]:
        last = ""
        while rows := self._sent.execute(SELECT_PAGE, (last, PAGE_FILES)):
            yield [SentFile(*row) for row in rows]
            last = rows[-1][0]

    def _prove(self, resource: Resource, sent: SentFile) -> None:
        try:
            size, blake3, sha256 = retry_transfer(
                lambda: self._read_back(sent), self._destination.files
            )
        except DirectusError as error:
            if not concerns_one_file(error, self._destination.files):
                raise
            self._fail(resource, sent, NOT_READABLE.format(error.message))
            return
        if blake3 == sent.blake3:
            self._progress.watcher.transferred(FileProof(sent.id, sent.name, size, sha256))
        else:
            self._fail(resource, sent, DIFFERENT_BYTES.format(sent.size, size))

    def _read_back(self, sent: SentFile) -> tuple[int, str, str]:
        self._cancel.check()
        with self._destination.files.open(sent.id) as download:
            if download.size != sent.size:
                # It differs. Reading it could take for ever.
                return download.size, "", ""
            sha256 = hashlib.sha256()
            for chunk in download:
                sha256.update(chunk)
            return download.size, download.blake3, sha256.hexdigest()

    def _fail(self, resource: Resource, sent: SentFile, message: str) -> None:
        """Mark the file as unfinished, so that the next run sends it again."""
        self._progress.count(resource, created=-1, failed=1)
        self._progress.problem(resource.name, sent.id, "CHECKSUM_DIFFERS", message)
        row = EncodedRow({"id": sent.id}, orjson.dumps({"id": sent.id, **MARK}))
        self._destination.writer.update(resource, [row])
