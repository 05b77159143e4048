"""Sends files: their bytes stream from source to destination, then their rows get their columns.

Small files share a request. A file that is refused does not stop the others.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from sidecar.cancellation import CancelToken
from sidecar.directus.client import Directus
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.directus.multipart import Part
from sidecar.directus.transfer import Download
from sidecar.errors import DirectusError, DirectusRejected, NotAuthenticated
from sidecar.migration.files.file_rows import MARK, FileRows
from sidecar.migration.files.shards import UNIT_BYTES, Fate, File, Outcome
from sidecar.migration.instance.files import (
    FileReader,
    FileWriter,
    RestFiles,
    concerns_one_file,
    retry_transfer,
)
from sidecar.migration.instance.instance import SERVER, keep_to_limits, query_limit_of
from sidecar.migration.instance.rest_reader import RestRowReader
from sidecar.migration.instance.rest_writer import RestRowWriter
from sidecar.migration.instance.rows import RowReader, RowWriter

INTERRUPTED = (
    "Source and destination answer, but the transfer of this file fails each time ({}). Check that "
    "the source can read its bytes, and that no proxy in front of the destination limits uploads. "
    "Then start the run again"
)
NO_BYTES = "The source cannot deliver the bytes of this file, so only its row is migrated ({})"
# More files in one request are hardly faster.
FINISHED_TOGETHER = 50
# With more units at the same time, the destination would wait longer for the first one.
FIRST_UNITS = 2.0


class _NoBytes(Exception):
    """The source has the row of a file but cannot deliver its bytes."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file whose bytes have arrived, and whose row is marked as unfinished."""

    file: File
    # In bytes.
    size: int
    blake3: str


@dataclass(frozen=True, slots=True)
class _SmallFile:
    """A small file with its bytes."""

    sent: Sent
    content: list[bytes]

    @property
    def part(self) -> Part:
        file = self.sent.file
        fields = {"id": file.id, **MARK}
        return Part(file.name, file.type, self.sent.size, self.content, fields)


@dataclass
class FileSender:
    """Sends units of files. Threads may share it."""

    source: FileReader
    destination: FileWriter
    # The rows of the destination.
    rows: RowReader
    writer: RowWriter
    # Called before anything is written.
    prepare: Callable[[], None]
    # Checked before each file.
    cancel: CancelToken
    # Finds out how many units to read at the same time.
    reading: AdaptiveLimiter = field(default_factory=lambda: AdaptiveLimiter(initial=FIRST_UNITS))

    def __post_init__(self) -> None:
        self._rows = FileRows(self.rows, self.writer)

    def send(self, unit: Sequence[File]) -> list[Outcome | Sent]:
        """Transfer the bytes of the files of ``unit``. A refused file becomes an outcome.

        Raises DirectusError or Cancelled.
        """
        if len(unit) == 1:
            return [self._send_alone(unit[0], may_exist=unit[0].exists)]
        small = self._read_all(unit)
        alone = [self._send_alone(file, may_exist=False) for file in unit if file.id not in small]
        return [*alone, *self._send_together(list(small.values()))]

    def finish(self, files: Sequence[Sent]) -> list[Outcome]:
        """Give files that have arrived their columns. Raises DirectusError.

        A refused request is divided, so that a refused file does not stop the others.
        """
        if not files:
            return []
        try:
            self._rows.finish([sent.file for sent in files])
        except DirectusRejected as error:
            if len(files) == 1:
                return [_refused(files[0].file, error)]
            half = len(files) // 2
            return self.finish(files[:half]) + self.finish(files[half:])
        return [Outcome(sent.file.id, "created", sent.size, sent.blake3) for sent in files]

    def _read_all(self, unit: Sequence[File]) -> dict[str, _SmallFile]:
        """The small files of ``unit`` with their bytes, by id.

        Units are read one after the other rather than all at once: so the destination soon gets the
        first one, and then always another one.
        """
        with self.reading.slot(self.cancel):
            began = time.monotonic()
            files = {file.id: small for file in unit if (small := self._read(file))}
            size = sum(small.sent.size for small in files.values())
            self.reading.answered("unit", time.monotonic() - began, size)
        return files

    def _read(self, file: File) -> _SmallFile | None:
        """None: the file needs its own request."""

        def attempt() -> _SmallFile | None:
            self.cancel.check()
            with self.source.open(file.id) as download:
                if download.size > UNIT_BYTES:
                    return None
                content = list(download)
                return _SmallFile(Sent(file, download.size, download.blake3), content)

        try:
            return retry_transfer(attempt, self.source)
        except NotAuthenticated:
            raise
        except DirectusError:
            return None

    def _send_together(self, files: Sequence[_SmallFile]) -> list[Outcome | Sent]:
        if not files:
            return []
        self.prepare()
        try:
            self.destination.send_together([small.part for small in files])
        except NotAuthenticated:
            raise
        except DirectusError:
            # Some may have arrived. Sent alone, the file at fault shows itself.
            return [self._send_alone(small.sent.file, may_exist=True) for small in files]
        return [small.sent for small in files]

    def _send_alone(self, file: File, *, may_exist: bool) -> Outcome | Sent:
        def attempt() -> Outcome | Sent:
            nonlocal may_exist
            self.cancel.check()
            exists = may_exist and self._rows.exists(file.id)
            # A failed attempt may have created the row.
            may_exist = True
            return self._stream(file, exists)

        try:
            return retry_transfer(attempt, self.source, self.destination)
        except DirectusError as error:
            if not concerns_one_file(error, self.source, self.destination):
                raise
            return _refused(file, error)

    def _stream(self, file: File, exists: bool) -> Outcome | Sent:
        if exists:
            # A file without bytes whose row exists needs no preparation.
            try:
                self._open(file).close()
            except _NoBytes as error:
                return self._without_bytes(file, exists, str(error))
        # Preparation sends requests, so it happens before the upload takes its slot.
        self.prepare()
        try:
            return self._upload(file, exists)
        except _NoBytes as error:
            return self._without_bytes(file, exists, str(error))

    def _upload(self, file: File, exists: bool) -> Sent:
        fields = MARK if exists else {"id": file.id, **MARK}
        with ExitStack() as stack:
            downloads: list[Download] = []

            def open_part() -> Part:
                download = stack.enter_context(self._open(file))
                downloads.append(download)
                return Part(file.name, file.type, download.size, download, fields)

            self.destination.send(open_part, replaces=file.id if exists else None)
        return Sent(file, downloads[-1].size, downloads[-1].blake3)

    def _open(self, file: File) -> Download:
        try:
            return self.source.open(file.id)
        except DirectusRejected as error:
            raise _NoBytes(error.message) from error

    def _without_bytes(self, file: File, exists: bool, reason: str) -> Outcome:
        """Migrate the row alone. This is a problem of every run until the source has the bytes."""
        if not exists:
            self.prepare()
            self._rows.create_without_bytes(file)
        fate: Fate = "kept" if exists and file.exists else "created"
        if fate == "created":
            # Also when an earlier attempt of this run has created the row.
            self._rows.finish([file])
        message = NO_BYTES.format(reason)
        return Outcome(file.id, fate, code="FILE_MISSING_AT_SOURCE", message=message)


def sender_between(
    source: Directus,
    destination: Directus,
    *,
    prepare: Callable[[], None],
    cancel: CancelToken,
) -> FileSender:
    """A sender between two instances that were not inspected. Asks the destination for its limits,
    and keeps to them. Raises DirectusError."""
    info = destination.get(SERVER)
    keep_to_limits(destination, info)
    return FileSender(
        RestFiles(source),
        RestFiles(destination),
        RestRowReader(destination, query_limit_of(info), None),
        RestRowWriter(destination),
        prepare,
        cancel,
    )


def _refused(file: File, error: DirectusError) -> Outcome:
    if isinstance(error, DirectusRejected):
        return Outcome(
            file.id, "refused", code=error.code, message=error.message, field=error.field
        )
    message = INTERRUPTED.format(error.message)
    return Outcome(file.id, "refused", code="FILE_BREAKS_OFF", message=message)
