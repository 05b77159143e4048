"""Writes rows to the destination in batches by bytes; a batch that is refused is split until the bad row is alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
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
NOT_AUTHENTICATED = 401
CLOSED = frozenset({"FORBIDDEN", "COLLECTION_INACTIVE"})


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


@dataclass(frozen=True, slots=True)
class _Write:
    """One way of writing: ``look_up`` whether rows may have arrived although they were refused, ``second`` whether
    they are there already, ``alone`` whether each is sent as one object instead of a list."""

    send: Callable[[bytes], Any]
    look_up: bool = False
    second: bool = False
    alone: bool = False


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
            return self._write(rows, _Write(self._patch, alone=True))
        repeatable = not self.resource.numbered
        return self._write(rows, _Write(
            lambda body: client.create(path, body, answer=answer, repeatable=repeatable),
            look_up=repeatable, alone=self.resource.one_by_one))

    def update(self, rows: Sequence[Row]) -> list[Row]:
        """PATCH rows that are there, each with its key; returns those that were taken whole. Directus takes one
        object for a singleton, and answers 200 to a list without doing anything."""
        if self.resource.one_by_one:
            return [taken for row in rows for taken in self._write([row], _Write(
                partial(self._patch, key=row[self.resource.key]), second=True, alone=True))]
        return self._write(rows, _Write(self._patch, second=True, alone=self.resource.singleton))

    def _patch(self, body: bytes, key: Any = None) -> None:
        path = self.resource.path if key is None else f"{self.resource.path}/{key}"
        self.destination.client.update(path, body, answer=[self.resource.key])

    def _write(self, rows: Sequence[Row], write: _Write) -> list[Row]:
        written: list[Row] = []
        encoded = [encode(self.resource, row) for row in rows]
        if write.alone:
            return [taken for row, body in zip(rows, encoded, strict=True) for taken in self._send([row], body, write)]
        for positions in self.limits.split(encoded):
            body = b"[" + b",".join(encoded[position] for position in positions) + b"]"
            written += self._send([rows[position] for position in positions], body, write)
        return written

    def _send(self, batch: list[Row], body: bytes, write: _Write) -> list[Row]:
        try:
            write.send(body)
            return batch
        except Rejected as error:
            if error.status == NOT_AUTHENTICATED:
                raise
            if error.code in CLOSED and not self.resource.item_references:
                # Not this row or that one, whose item may be missing: the collection as a whole is closed to us.
                return self._refuse_all(batch, error, write)
            if isinstance(error, TooLarge):
                self.limits.shrink(len(body), len(batch), too_many="batch mutation" in error.message)
            arrived = self._already_there(batch) if write.look_up else []
            rest = [row for row in batch if row not in arrived]
            if len(rest) == 1:
                return arrived + self._settle(rest[0], error, write)
        half = len(rest) // 2
        for part in (rest[:half], rest[half:]):
            arrived += self._write(part, write)
        return arrived

    def _settle(self, row: Row, error: Rejected, write: _Write) -> list[Row]:
        """What becomes of a row that was refused alone."""
        if write.look_up and isinstance(error, TooLarge):
            return self._import(row, write)
        if write.second and len(row) > 2:
            # One column of a second write that is refused costs that column, not the others.
            key = self.resource.key
            columns = [{key: row[key], name: value} for name, value in row.items() if name != key]
            taken = [self._write([column], write) for column in columns]
            return [row] if all(taken) else []
        return self._refuse_all([row], error, write)

    def _import(self, row: Row, write: _Write) -> list[Row]:
        """A row that alone is too large for a JSON body is sent as a file, which the limit does not hold for."""
        file = {"file": ("row.json", b"[" + encode(self.resource, row) + b"]", "application/json")}
        try:
            self.destination.client.send("POST", f"/utils/import/{self.resource.name}", files=file)
        except Rejected as error:
            return self._refuse_all([row], error, write)
        return [row]

    def _refuse_all(self, batch: list[Row], error: Rejected, write: _Write) -> list[Row]:
        for row in batch:
            self._refuse(row, error, write)
        return []

    def _already_there(self, batch: list[Row]) -> list[Row]:
        """Rows that arrived although the batch was refused: an earlier try whose answer was lost had been done."""
        key = self.resource.key
        found = rows_at(self.destination, self.resource, [row[key] for row in batch], [key])
        return [row for row in batch if row[key] in found]

    def _refuse(self, row: Row, error: Rejected, write: _Write) -> None:
        if self.changes.explain(self.resource, row, error):
            return
        # What is refused a second write was counted when it was created.
        self.report.count(self.resource, failed=0 if write.second else 1)
        self.report.problem(self.resource.name, row[self.resource.key], error.code, error.message)
