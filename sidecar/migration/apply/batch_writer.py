"""Writes rows to the destination in batches by bytes; a batch that is refused is split until the
bad row is alone."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected, TooLarge
from sidecar.migration.apply.batch_size import BatchSize
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.reading import rows_at
from sidecar.migration.mapping.row_mapper import encode
from sidecar.migration.report.report import Report
from sidecar.migration.schema.refusal import STATEMENT
from sidecar.resources.base import Resource
from sidecar.resources.system import SYSTEM

# Batches of one resource that are written at the same time.
BATCHES_AT_ONCE = 4
MAX_MESSAGE_LENGTH = 400
NOT_UNIQUE = "RECORD_NOT_UNIQUE"
CLOSED = frozenset({"FORBIDDEN", "COLLECTION_INACTIVE"})


@dataclass(frozen=True, slots=True)
class _Write:
    """One way of writing: ``look_up`` whether rows may have arrived although they were refused,
    ``second`` whether they are there already, ``alone`` whether each is sent as one object instead
    of a list."""

    send: Callable[[bytes], Any]
    look_up: bool = False
    second: bool = False
    alone: bool = False


@dataclass
class BatchWriter:
    """Writes rows of one resource. Rows that are refused become problems of ``report``; the others
    arrive. Safe to share by threads."""

    destination: Instance
    resource: Resource
    report: Report
    limits: BatchSize
    changes: SourceChanges

    @property
    def at_once(self) -> int:
        """How many batches may be written at the same time: what Directus does when its own rows
        are written (reload flows, clear caches) stands no company."""
        return 1 if self.resource.name in SYSTEM else BATCHES_AT_ONCE

    def create(self, rows: Sequence[Row], encoded: Sequence[bytes]) -> list[Row]:
        """POST rows that are not there, ``encoded`` as JSON; returns those that are now. A
        singleton is created by PATCH, which keeps its key; POST knows no singletons."""
        client, path, answer = self.destination.client, self.resource.path, [self.resource.key]
        if self.resource.singleton:
            return self._write(rows, encoded, _Write(self._patch, alone=True))
        repeatable = not self.resource.server_assigned_key
        return self._write(
            rows,
            encoded,
            _Write(
                lambda body: client.create(path, body, fields=answer, repeatable=repeatable),
                look_up=repeatable,
                alone=self.resource.one_by_one,
            ),
        )

    def update(self, rows: Sequence[Row]) -> list[Row]:
        """PATCH rows that are there, each with its key; returns those that were taken whole.
        Directus takes one object for a singleton, and answers 200 to a list without doing anything.
        """
        if self.resource.one_by_one:
            return [
                taken
                for row in rows
                for taken in self._write(
                    [row],
                    self._encode([row]),
                    _Write(
                        partial(self._patch, key=row[self.resource.key]), second=True, alone=True
                    ),
                )
            ]
        return self._write(
            rows,
            self._encode(rows),
            _Write(self._patch, second=True, alone=self.resource.singleton),
        )

    def _encode(self, rows: Sequence[Row]) -> list[bytes]:
        return [encode(self.resource, row) for row in rows]

    def _patch(self, body: bytes, key: Any = None) -> None:
        path = self.resource.path if key is None else f"{self.resource.path}/{key}"
        self.destination.client.update(path, body, fields=[self.resource.key])

    def _write(self, rows: Sequence[Row], encoded: Sequence[bytes], write: _Write) -> list[Row]:
        batches = (
            [[position] for position in range(len(rows))]
            if write.alone
            else list(self.limits.split(encoded))
        )
        return [
            taken
            for batch in batches
            for taken in self._send(
                [rows[position] for position in batch],
                [encoded[position] for position in batch],
                write,
            )
        ]

    def _send(self, batch: list[Row], encoded: list[bytes], write: _Write) -> list[Row]:
        body = encoded[0] if write.alone else b"[" + b",".join(encoded) + b"]"
        try:
            self._send_timed(body, write)
            return batch
        except DirectusRejected as error:
            if error.code in CLOSED and not self.resource.item_references:
                # Not this row or that one, whose item may be missing: the collection as a whole is
                # closed to us.
                return self._refuse_all(batch, error, write)
            if isinstance(error, TooLarge):
                self.limits.shrink(
                    len(body), len(batch), too_many="batch mutation" in error.message
                )
            arrived = self._already_there(batch) if write.look_up else []
            rest = [
                (row, line) for row, line in zip(batch, encoded, strict=True) if row not in arrived
            ]
            if len(rest) == 1:
                return arrived + self._settle(*rest[0], error, write)
        half = len(rest) // 2
        for part in (rest[:half], rest[half:]):
            arrived += self._write([row for row, _ in part], [line for _, line in part], write)
        return arrived

    def _send_timed(self, body: bytes, write: _Write) -> None:
        began = time.monotonic()
        write.send(body)
        if not write.second:
            self.limits.learn(
                len(body), time.monotonic() - began, self.destination.client.limiter.refusals
            )

    def _settle(
        self, row: Row, encoded: bytes, error: DirectusRejected, write: _Write
    ) -> list[Row]:
        """What becomes of a row that was refused alone."""
        if write.look_up and isinstance(error, TooLarge):
            return self._import(row, encoded, write)
        if write.second and len(row) > 2:
            # One column of a second write that is refused costs that column, not the others.
            key = self.resource.key
            columns = [{key: row[key], name: value} for name, value in row.items() if name != key]
            taken = [self._write([column], self._encode([column]), write) for column in columns]
            return [row] if all(taken) else []
        return self._refuse_all([row], error, write)

    def _import(self, row: Row, encoded: bytes, write: _Write) -> list[Row]:
        """A row that alone is too large for a JSON body is sent as a file, which the limit does not
        hold for."""
        file = {"file": ("row.json", b"[" + encoded + b"]", "application/json")}
        try:
            self.destination.client.send("POST", f"/utils/import/{self.resource.name}", files=file)
        except DirectusRejected as error:
            return self._already_there([row]) or self._refuse_all([row], error, write)
        return [row]

    def _refuse_all(self, batch: list[Row], error: DirectusRejected, write: _Write) -> list[Row]:
        for row in batch:
            self._refuse(row, error, write)
        return []

    def _already_there(self, batch: list[Row]) -> list[Row]:
        """Rows that arrived although the batch was refused: an earlier try whose answer was lost
        had been done."""
        key = self.resource.key
        found = rows_at(self.destination, self.resource, [row[key] for row in batch], [key])
        return [row for row in batch if row[key] in found]

    def _refuse(self, row: Row, error: DirectusRejected, write: _Write) -> None:
        if self.changes.explain(self.resource, row, error):
            return
        # What is refused a second write was counted when it was created.
        self.report.count(self.resource, failed=0 if write.second else 1)
        self.report.problem(
            self.resource.name, row[self.resource.key], error.code, _brief(self._with_column(error))
        )

    def _with_column(self, error: DirectusRejected) -> str:
        """On MySQL Directus does not say that it is the key which is there already."""
        unnamed = (
            error.code == NOT_UNIQUE
            and self.destination.vendor == "mysql"
            and "field" not in error.message
        )
        return f"{self.resource.key}: {error.message}" if unnamed else error.message


def _brief(message: str) -> str:
    """Where a database refuses, Directus answers with its whole statement, the values in it; the
    reason comes last."""
    is_statement = len(message) > MAX_MESSAGE_LENGTH and STATEMENT.match(message)
    return f"… {message[-MAX_MESSAGE_LENGTH:]}" if is_statement else message
