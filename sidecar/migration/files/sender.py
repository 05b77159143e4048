"""Sends files: the bytes stream from source to destination, then each row gets its columns.

An upload makes Directus set author, date, title and metadata itself, so a PATCH sets them again.
Until then ``embed``, which Directus does not use, marks the row as unfinished, and a later run
sends the file again. Small files share a request.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import orjson

from sidecar.cancellation import CancelToken
from sidecar.directus.client import Directus
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.directus.multipart import Part
from sidecar.directus.retry import LONG, retry
from sidecar.directus.transfer import Download
from sidecar.errors import DirectusError, DirectusRejected, NotAuthenticated
from sidecar.migration.files.shards import UNIT_BYTES, Fate, File, Outcome
from sidecar.migration.instance.files import FileReader, FileWriter, RestFiles, concerns_one_file
from sidecar.migration.instance.rest_reader import RestRowReader
from sidecar.migration.instance.rest_writer import RestRowWriter
from sidecar.migration.instance.rows import EncodedRow, RowReader, RowWriter
from sidecar.resources.files import FILE_ROWS

UNFINISHED = "directus-migration:unfinished"
MARK = {"embed": UNFINISHED}
BREAKS_OFF = (
    "Source and destination answer, but the transfer of this file breaks off each time ({}). Check "
    "that the source can read its bytes, and that nothing in front of the destination limits "
    "uploads; then start the run again"
)
# More files in one request are hardly faster.
FINISHED_TOGETHER = 50
# With more units at once the destination would wait longer for the first one.
FIRST_UNITS = 2.0


class _NoBytes(Exception):
    """The source has the row but cannot deliver its bytes."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file whose bytes have arrived, and whose row is marked as unfinished."""

    file: File
    size: int
    blake3: str


@dataclass
class FileSender:
    """Sends units of files."""

    source: FileReader
    destination: FileWriter
    # The rows of the destination.
    rows: RowReader
    writer: RowWriter
    # Called before anything is written.
    prepare: Callable[[], None]
    # Checked before each file.
    cancel: CancelToken
    # Finds out how many units are best read at the same time.
    reading: AdaptiveLimiter = field(default_factory=lambda: AdaptiveLimiter(initial=FIRST_UNITS))

    def send(self, unit: Sequence[File]) -> list[Outcome | Sent]:
        """Transfer the bytes of the files of ``unit``; what is refused is told, not raised. Raises
        DirectusError, or Cancelled."""
        if len(unit) == 1:
            return [self._send_alone(unit[0], may_exist=unit[0].exists)]
        held = self._hold_all(unit)
        alone = [self._send_alone(file, may_exist=False) for file in unit if file.id not in held]
        return [*alone, *self._send_together(list(held.values()))]

    def finish(self, files: Sequence[Sent]) -> list[Outcome]:
        """Give files that have arrived their columns; one that is refused does not keep others from
        getting theirs."""
        if not files:
            return []
        rows = [{"id": one.file.id, **one.file.columns} for one in files]
        try:
            self.writer.update(FILE_ROWS, [_encoded(row) for row in rows])
        except DirectusRejected as error:
            if len(files) == 1:
                return [_refused(files[0].file, error)]
            half = len(files) // 2
            return self.finish(files[:half]) + self.finish(files[half:])
        return [Outcome(one.file.id, "created", one.size, one.blake3) for one in files]

    def _hold_all(self, unit: Sequence[File]) -> dict[str, tuple[Sent, list[bytes]]]:
        """Unit after unit rather than all of them a little: the destination is to have the first
        one soon, and then always another one."""
        with self.reading.slot(self.cancel):
            began = time.monotonic()
            held = {file.id: content for file in unit if (content := self._hold(file))}
            self.reading.answered(
                "unit", time.monotonic() - began, sum(sent.size for sent, _ in held.values())
            )
        return held

    def _hold(self, file: File) -> tuple[Sent, list[bytes]] | None:
        """A small file with its bytes; None for one that needs a request of its own."""

        def attempt() -> tuple[Sent, list[bytes]] | None:
            self.cancel.check()
            with self.source.open(file.id) as download:
                if download.size > UNIT_BYTES:
                    return None
                content = list(download)
                return Sent(file, download.size, download.blake3), content

        try:
            return retry(attempt, LONG)
        except NotAuthenticated:
            raise
        except DirectusError:
            return None

    def _send_together(self, held: Sequence[tuple[Sent, list[bytes]]]) -> list[Outcome | Sent]:
        if not held:
            return []
        self.prepare()
        parts = [
            Part(one.file.name, one.file.type, one.size, content, {"id": one.file.id, **MARK})
            for one, content in held
        ]
        try:
            self.destination.send_together(parts)
        except NotAuthenticated:
            raise
        except DirectusError:
            # Some may have arrived; which one is the bad one shows when each goes alone.
            return [self._send_alone(one.file, may_exist=True) for one, _ in held]
        return [one for one, _ in held]

    def _send_alone(self, file: File, *, may_exist: bool) -> Outcome | Sent:
        def attempt() -> Outcome | Sent:
            nonlocal may_exist
            self.cancel.check()
            exists = may_exist and self._exists(file.id)
            may_exist = True
            return self._stream(file, exists)

        try:
            return retry(attempt, LONG)
        except DirectusError as error:
            if not concerns_one_file(error, self.source, self.destination):
                raise
            return _refused(file, error)

    def _stream(self, file: File, exists: bool) -> Outcome | Sent:
        fields = MARK if exists else {"id": file.id, **MARK}
        if exists:
            # A file without bytes whose row exists needs no preparation.
            try:
                self._open(file).close()
            except _NoBytes as error:
                return self._without_bytes(file, exists, str(error))
        # Preparing takes requests, so it comes before the upload takes its slot.
        self.prepare()
        with ExitStack() as stack:
            opened: list[Download] = []

            def part() -> Part:
                opened.append(stack.enter_context(self._open(file)))
                return Part(file.name, file.type, opened[0].size, opened[0], fields)

            try:
                self.destination.send(part, replaces=file.id if exists else None)
            except _NoBytes as error:
                return self._without_bytes(file, exists, str(error))
        return Sent(file, opened[0].size, opened[0].blake3)

    def _open(self, file: File) -> Download:
        try:
            return self.source.open(file.id)
        except DirectusRejected as error:
            raise _NoBytes(error.message) from error

    def _without_bytes(self, file: File, exists: bool, reason: str) -> Outcome:
        """The row alone travels, and that is a problem of this run and of each later one, until the
        bytes are found."""
        message = (
            f"The source cannot deliver the bytes of this file, so only its row travels ({reason})"
        )
        if not exists:
            self.prepare()
            needed = {
                "id": file.id,
                "storage": self._storage(),
                "type": file.type,
                "filename_download": file.name,
                "filename_disk": file.id + PurePath(file.name).suffix,
                **MARK,
            }
            self._create_row(needed)
        fate: Fate = "kept" if exists and file.exists else "created"
        if fate == "created":
            # Also when an earlier try made the row and came no further.
            self.writer.update(FILE_ROWS, [_encoded({"id": file.id, **file.columns})])
        return Outcome(file.id, fate, code="FILE_MISSING_AT_SOURCE", message=message)

    def _create_row(self, row: dict[str, Any]) -> None:
        try:
            self.writer.create(FILE_ROWS, [_encoded(row)])
        except DirectusRejected:
            # An earlier attempt may have succeeded, and its answer was lost.
            if not self._exists(row["id"]):
                raise

    def _exists(self, key: str) -> bool:
        return bool(self.rows.by_key(FILE_ROWS, [key], ["id"]))

    def _storage(self) -> str:
        """The name of a storage location that the destination uses; Directus' default when it has
        no file yet."""
        pages = self.rows.pages(FILE_ROWS, ["id", "storage"])
        return next((str(page[0]["storage"]) for page in pages if page), "local")


def sender_between(
    source: Directus,
    destination: Directus,
    *,
    prepare: Callable[[], None],
    cancel: CancelToken,
) -> FileSender:
    """A sender between two instances that were not inspected."""
    return FileSender(
        RestFiles(source),
        RestFiles(destination),
        RestRowReader(destination, None, None),
        RestRowWriter(destination),
        prepare,
        cancel,
    )


def _encoded(row: dict[str, Any]) -> EncodedRow:
    return EncodedRow(row, orjson.dumps(row))


def _refused(file: File, error: DirectusError) -> Outcome:
    if isinstance(error, DirectusRejected):
        return Outcome(file.id, "refused", code=error.code, message=error.message)
    return Outcome(
        file.id, "refused", code="FILE_BREAKS_OFF", message=BREAKS_OFF.format(error.message)
    )
