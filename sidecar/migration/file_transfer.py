"""Files: the bytes stream from source to destination, then the row is given every column that travels.

An upload makes Directus set author, date, title and metadata itself, so they are set again by PATCH. Until that is
done ``embed``, which Directus does not use, marks the row as unfinished: a later run does it again.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath
from threading import Lock
from typing import Any

import stamina

from sidecar.directus.client import Row
from sidecar.directus.retry import ATTEMPTS, TOTAL_SECONDS, when_to_retry
from sidecar.directus.transfer import Download, upload
from sidecar.errors import Rejected
from sidecar.migration.plan import Plan
from sidecar.migration.reading import rows_at
from sidecar.migration.report import FileProof, Report
from sidecar.migration.rows import MappedRow, encode, without
from sidecar.migration.source_changes import SourceChanges
from sidecar.resources.base import Resource

UNFINISHED = "directus-migration:unfinished"
UNKNOWN_TYPE = "application/octet-stream"
UNKNOWN_NAME = "file"
NOT_AUTHENTICATED = 401


class FileTransfer:
    """Transfers files, ``batch_size`` of the request at the same time; ``prepare`` is called before each is written."""

    def __init__(self, plan: Plan, resource: Resource, changes: SourceChanges, prepare: Callable[[], None],
                 report: Report) -> None:
        self._plan = plan
        self._prepare = prepare
        self._preparing = Lock()
        self._changes = changes
        self._resource = resource
        self._report = report
        self._source = plan.source.client
        self._destination = plan.destination.client
        self._may_exist = bool(plan.rows_before.get(resource.name))

    def finished(self, found: dict[Any, Row], mapped: Sequence[MappedRow]) -> dict[Any, Row]:
        """Of the rows ``found`` at the destination those that an earlier run did not leave half done or empty."""
        states = rows_at(self._plan.destination, self._resource, list(found), ["id", "embed", "filesize"])
        return {key: row for key, row in found.items() if key in states
                and states[key]["embed"] != UNFINISHED and states[key]["filesize"] is not None}

    def create(self, rows: Sequence[Row]) -> list[Row]:
        """Transfer the files of ``rows``; returns those that arrived. The others are problems of the report."""
        with ThreadPoolExecutor(self._plan.request.batch_size) as pool:
            arrived = list(pool.map(self._try, rows))
        return [row for row, good in zip(rows, arrived, strict=True) if good]

    def _try(self, row: Row) -> bool:
        self._report.check_cancelled()
        good = self._transfer_or_name(row)
        self._report.count(self._resource, created=int(good))
        self._report.advance(1)
        return good

    def _transfer_or_name(self, row: Row) -> bool:
        try:
            for attempt in stamina.retry_context(on=when_to_retry, attempts=ATTEMPTS, timeout=TOTAL_SECONDS):
                with attempt:
                    return self._transfer(row, may_exist=self._may_exist or attempt.num > 1)
        except Rejected as error:
            if error.status == NOT_AUTHENTICATED:
                raise
            if not self._changes.explain(self._resource, row, error):
                self._fail(row, error.code, error.message)
        return False

    def _transfer(self, row: Row, *, may_exist: bool) -> bool:
        exists = may_exist and bool(rows_at(self._plan.destination, self._resource, [row["id"]], ["id"]))
        try:
            download = Download(self._source, row["id"])
        except Rejected as error:
            if error.status == NOT_AUTHENTICATED:
                raise
            return self._without_bytes(row, exists, error)
        with download:
            self._get_ready()
            self._upload(row, download, exists)
        self._report.count(self._resource, bytes=download.size)
        if not self._same_bytes(row, download):
            return False
        self._finish(row)
        return True

    def _get_ready(self) -> None:
        with self._preparing:
            self._prepare()

    def _upload(self, row: Row, download: Download, exists: bool) -> None:
        """Into the row when it ``exists``, else with it, under its id."""
        name = row["filename_download"] or UNKNOWN_NAME
        fields = {"filename_download": name, "embed": UNFINISHED}
        if exists:
            method, path = "PATCH", f"/files/{row['id']}"
        else:
            method, path, fields = "POST", "/files", {"id": row["id"], **fields}
        upload(self._destination, method, path, fields, download, name, row["type"] or UNKNOWN_TYPE)

    def _without_bytes(self, row: Row, exists: bool, error: Rejected) -> bool:
        """The source has the row but cannot deliver its bytes: the row alone travels, and that is a problem of this
        run and of each later one, until the bytes are found. Returns whether the row was created."""
        message = f"The source cannot deliver the bytes of this file, so only its row travels ({error.message})"
        self._report.problem(self._resource.name, row["id"], "FILE_MISSING_AT_SOURCE", message)
        if exists:
            self._report.count(self._resource, skipped=1)
            return False
        self._get_ready()
        name = row["filename_download"] or UNKNOWN_NAME
        needed = {"id": row["id"], "storage": self._storage(), "type": row["type"] or UNKNOWN_TYPE,
                  "filename_download": name, "filename_disk": row["id"] + PurePath(name).suffix, "embed": UNFINISHED}
        self._destination.create("/files", needed, answer=["id"])
        self._finish(row)
        return True

    def _storage(self) -> str:
        """The name of a storage location that the destination uses; Directus' default when it has no file yet."""
        some = self._destination.get("/files", fields=["storage"], limit="1")
        return str(some[0]["storage"]) if some else "local"

    def _finish(self, row: Row) -> None:
        body = encode(self._resource, without(row, ["id"]))
        self._destination.update(f"/files/{row['id']}", body, answer=["id"])

    def _same_bytes(self, row: Row, sent: Download) -> bool:
        """Read the file back from the destination: what was stored is what was read."""
        with Download(self._destination, row["id"]) as stored:
            stored.drain()
        if stored.sha256 == sent.sha256:
            proof = FileProof(row["id"], row["filename_download"] or UNKNOWN_NAME, sent.size, sent.sha256)
            self._report.watcher.transferred(proof)
            return True
        message = f"The destination stored {stored.size} bytes with another SHA-256 than the {sent.size} sent"
        self._fail(row, "CHECKSUM_DIFFERS", message)
        return False

    def _fail(self, row: Row, code: str, message: str) -> None:
        self._report.count(self._resource, failed=1)
        self._report.problem(self._resource.name, row["id"], code, message)
