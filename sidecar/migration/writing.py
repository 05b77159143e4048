"""Writes rows to the destination in batches by bytes; a batch that is refused is split until the bad row is alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Row
from sidecar.errors import Rejected, TooLarge
from sidecar.migration.instance import Instance
from sidecar.migration.reading import rows_at
from sidecar.migration.report import Report
from sidecar.migration.rows import encode
from sidecar.migration.source_changes import SourceChanges
from sidecar.resources.base import Resource

# Directus takes bodies of 1 MB unless told otherwise (MAX_PAYLOAD_SIZE) and does not say so to anybody.
BODY_BYTES = 900_000
BATCH_ROWS = 1_000
NOT_AUTHENTICATED, FORBIDDEN = 401, 403


@dataclass
class BatchLimits:
    """The largest batch that the destination takes, as far as it is known; shared by all resources of a run."""

    body_bytes: int = BODY_BYTES
    rows: int = BATCH_ROWS

    def split(self, encoded: Sequence[bytes]) -> Iterator[list[int]]:
        """The positions of ``encoded`` rows, in batches under the limits; a larger row is a batch of its own."""
        batch: list[int] = []
        size = 2
        for position, row in enumerate(encoded):
            if batch and (size + len(row) + 1 > self.body_bytes or len(batch) == self.rows):
                yield batch
                batch, size = [], 2
            batch.append(position)
            size += len(row) + 1
        if batch:
            yield batch

    def shrink(self, body_bytes: int, rows: int, *, too_many: bool) -> None:
        """A batch was too large: it had ``too_many`` rows, or else too many bytes. One row alone says nothing."""
        if rows > 1 and too_many:
            self.rows = max(1, min(self.rows, rows // 2))
        elif rows > 1:
            self.body_bytes = max(1, min(self.body_bytes, body_bytes // 2))


@dataclass
class BatchWriter:
    """Writes rows of one resource. Rows that are refused become problems of ``report``; the others arrive."""

    destination: Instance
    resource: Resource
    report: Report
    limits: BatchLimits
    changes: SourceChanges

    def create(self, rows: Sequence[Row]) -> list[Row]:
        """POST rows that are not there; returns those that are now. A singleton is created by PATCH, which keeps
        its key; POST knows no singletons."""
        client, path, answer = self.destination.client, self.resource.path, [self.resource.key]
        if self.resource.singleton:
            return self._patch_singleton(rows)
        if self.resource.one_by_one:
            return self._send_each(rows, lambda body: client.create(path, body, answer=answer), look_up=True)
        repeatable = not self.resource.numbered
        return self._write(rows, lambda body: client.create(path, body, answer=answer, repeatable=repeatable),
                           look_up=repeatable)

    def update(self, rows: Sequence[Row]) -> list[Row]:
        """PATCH rows that are there, each with its key; returns those that were taken."""
        client, path, answer = self.destination.client, self.resource.path, [self.resource.key]
        if self.resource.singleton:
            return self._patch_singleton(rows)
        return self._write(rows, lambda body: client.update(path, body, answer=answer), look_up=False)

    def _patch_singleton(self, rows: Sequence[Row]) -> list[Row]:
        """Directus takes one object here, and answers 200 to a list without doing anything."""
        client, path, answer = self.destination.client, self.resource.path, [self.resource.key]
        return self._send_each(rows, lambda body: client.update(path, body, answer=answer), look_up=False)

    def _send_each(self, rows: Sequence[Row], send: Callable[[bytes], Any], *, look_up: bool) -> list[Row]:
        return [taken for row in rows
                for taken in self._send([row], encode(self.resource, row), send, look_up=look_up)]

    def _write(self, rows: Sequence[Row], send: Callable[[bytes], Any], *, look_up: bool) -> list[Row]:
        written: list[Row] = []
        encoded = [encode(self.resource, row) for row in rows]
        for positions in self.limits.split(encoded):
            body = b"[" + b",".join(encoded[position] for position in positions) + b"]"
            written += self._send([rows[position] for position in positions], body, send,
                                  look_up=look_up)
        return written

    def _send(self, batch: list[Row], body: bytes, send: Callable[[bytes], Any], *,
              look_up: bool) -> list[Row]:
        try:
            send(body)
            return batch
        except Rejected as error:
            if error.status == NOT_AUTHENTICATED:
                raise
            if error.status == FORBIDDEN and not self.resource.item_references:
                # Not this row or that one, whose item may be missing: the collection as a whole is closed to us.
                return self._refuse_all(batch, error)
            if isinstance(error, TooLarge):
                self.limits.shrink(len(body), len(batch), too_many="batch mutation" in error.message)
            arrived = self._already_there(batch) if look_up else []
            rest = [row for row in batch if row not in arrived]
            if len(rest) == 1 and look_up and isinstance(error, TooLarge):
                return arrived + self._import(rest[0])
            if len(rest) == 1:
                self._refuse(rest[0], error)
                return arrived
        half = len(rest) // 2
        for part in (rest[:half], rest[half:]):
            arrived += self._write(part, send, look_up=look_up)
        return arrived

    def _import(self, row: Row) -> list[Row]:
        """A row that alone is too large for a JSON body is sent as a file, which the limit does not hold for."""
        file = {"file": ("row.json", b"[" + encode(self.resource, row) + b"]", "application/json")}
        try:
            self.destination.client.send("POST", f"/utils/import/{self.resource.name}", files=file)
        except Rejected as error:
            self._refuse(row, error)
            return []
        return [row]

    def _refuse_all(self, batch: list[Row], error: Rejected) -> list[Row]:
        for row in batch:
            self._refuse(row, error)
        return []

    def _already_there(self, batch: list[Row]) -> list[Row]:
        """Rows that arrived although the batch was refused: an earlier try whose answer was lost had been done."""
        key = self.resource.key
        found = rows_at(self.destination, self.resource, [row[key] for row in batch], [key])
        return [row for row in batch if row[key] in found]

    def _refuse(self, row: Row, error: Rejected) -> None:
        if self.changes.explain(self.resource, row, error):
            return
        self.report.count(self.resource, failed=1)
        self.report.problem(self.resource.name, row[self.resource.key], error.code, error.message)
