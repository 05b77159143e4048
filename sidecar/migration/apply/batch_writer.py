"""Writes rows to the destination in batches. A refused batch is split until the bad row is
alone."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected, TooLarge
from sidecar.migration.apply.batch_size import BatchSize
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.compare.value_owners import NOT_UNIQUE
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import EncodedRow
from sidecar.migration.mapping.refused_rows import RefusedRows
from sidecar.migration.mapping.row_mapper import encode
from sidecar.migration.report.progress import Progress
from sidecar.migration.schema.refusal import STATEMENT
from sidecar.resources.base import Resource
from sidecar.resources.system import SYSTEM
from sidecar.resources.vendors import MYSQL

# Batches of one resource that are written at the same time.
BATCHES_AT_ONCE = 4
MAX_MESSAGE_LENGTH = 400
# Of a row, Directus says so on MySQL only, where a value does not fit.
MISFIT = "CONTAINS_NULL_VALUES"
MISFITS = (
    "On this database, Directus says the same of a value that does not fit the column's type, such "
    "as a date that it sets itself in a column of numbers"
)
# The whole collection refuses, not the row.
CLOSED = frozenset({"FORBIDDEN", "COLLECTION_INACTIVE"})


@dataclass(frozen=True, slots=True)
class _Write:
    """One way to write a batch."""

    send: Callable[[Sequence[EncodedRow]], object]
    # Rows may have arrived although the request was refused.
    may_have_arrived: bool = False
    # The rows exist, and this sets what the first write could not.
    second: bool = False
    # Each row needs a request of its own.
    alone: bool = False


@dataclass
class BatchWriter:
    """Writes rows of one resource. Threads may share it.

    Rows that the destination refuses become problems of the report. The others arrive.
    """

    destination: Instance
    resource: Resource
    progress: Progress
    limits: BatchSize
    changes: SourceChanges
    # Gets the rows that do not arrive.
    refused: RefusedRows

    @property
    def at_once(self) -> int:
        """How many batches may be written at the same time.

        After a write to its own collections Directus reloads flows and clears caches. That must not
        run concurrently.
        """
        return 1 if self.resource.name in SYSTEM else BATCHES_AT_ONCE

    def create(self, rows: Sequence[EncodedRow]) -> list[Row]:
        """Create rows that do not exist yet; returns the values of those that arrived."""
        write = _Write(
            lambda batch: self.destination.writer.create(self.resource, batch),
            may_have_arrived=not self.resource.rules.server_assigned_key,
            alone=self.resource.rules.one_by_one,
        )
        return [row.values for row in self._write(rows, write)]

    def update(self, rows: Sequence[Row]) -> list[Row]:
        """Update rows that exist, each with its key; returns what was taken of each."""
        write = _Write(
            lambda batch: self.destination.writer.update(self.resource, batch),
            second=True,
            alone=self.resource.rules.one_by_one,
        )
        return [row.values for row in self._write([self._encoded(row) for row in rows], write)]

    def _encoded(self, row: Row) -> EncodedRow:
        return EncodedRow(row, encode(self.resource, row, exists=True))

    def _write(self, rows: Sequence[EncodedRow], write: _Write) -> list[EncodedRow]:
        batches = [[row] for row in rows] if write.alone else self.limits.split(rows)
        return [taken for batch in batches for taken in self._send(batch, write)]

    def _send(self, batch: Sequence[EncodedRow], write: _Write) -> list[EncodedRow]:
        try:
            self._send_timed(batch, write)
            return list(batch)
        except DirectusRejected as error:
            # A row's item may be missing; then it is this row that is forbidden.
            if error.code in CLOSED and not self.resource.item_references:
                return self._refuse_all(batch, error, write)
            if isinstance(error, TooLarge):
                too_many = "batch mutation" in error.message
                self.limits.shrink(_size(batch), len(batch), too_many=too_many)
            arrived = self._arrived(batch) if write.may_have_arrived else []
            rest = [row for row in batch if row not in arrived]
            if len(rest) == 1:
                return arrived + self._settle(rest[0], error, write)
        half = len(rest) // 2
        return arrived + self._write(rest[:half], write) + self._write(rest[half:], write)

    def _send_timed(self, batch: Sequence[EncodedRow], write: _Write) -> None:
        began = time.monotonic()
        write.send(batch)
        if not write.second:
            refusals = self.destination.writer.refusals
            self.limits.learn(_size(batch), time.monotonic() - began, refusals)

    def _settle(self, row: EncodedRow, error: DirectusRejected, write: _Write) -> list[EncodedRow]:
        """Decide about a row that was refused alone."""
        if write.may_have_arrived and isinstance(error, TooLarge):
            return self._create_large(row, write)
        if write.second and len(row.values) > 2:
            return self._update_by_column(row, write)
        return self._refuse_all([row], error, write)

    def _update_by_column(self, row: EncodedRow, write: _Write) -> list[EncodedRow]:
        """A column that is refused must not cost the row its other columns."""
        key = self.resource.key
        columns = [
            {key: row.values[key], name: value} for name, value in row.values.items() if name != key
        ]
        taken = [self._write([self._encoded(column)], write) for column in columns]
        if all(taken):
            return [row]
        values = {
            name: value for one in taken for part in one for name, value in part.values.items()
        }
        return [self._encoded(values)] if values else []

    def _create_large(self, row: EncodedRow, write: _Write) -> list[EncodedRow]:
        try:
            self.destination.writer.create_large(self.resource, row)
        except DirectusRejected as error:
            return self._arrived([row]) or self._refuse_all([row], error, write)
        return [row]

    def _refuse_all(
        self, batch: Sequence[EncodedRow], error: DirectusRejected, write: _Write
    ) -> list[EncodedRow]:
        for row in batch:
            self._refuse(row.values, error, write)
        return []

    def _arrived(self, batch: Sequence[EncodedRow]) -> list[EncodedRow]:
        """The rows of a refused batch that exist: an earlier attempt succeeded, and its answer was
        lost."""
        key = self.resource.key
        keys = [row.values[key] for row in batch]
        existing = self.destination.rows.by_key(self.resource, keys, [key])
        return [row for row in batch if row.values[key] in existing]

    def _refuse(self, row: Row, error: DirectusRejected, write: _Write) -> None:
        if self.changes.explain(self.resource, row, error):
            return
        name, key = self.resource.name, row[self.resource.key]
        # A row whose second write is refused counts as created.
        if not write.second:
            self.progress.count(self.resource, failed=1)
            self.refused.add(name, [key])
        message, columns = error.message, error.columns
        if write.second and not columns:
            columns = tuple(column for column in row if column != self.resource.key)
        if self._is_key_unnamed(error):
            message, columns = f"{self.resource.key}: {message}", (self.resource.key,)
        if error.code == MISFIT and self.destination.vendor == MYSQL:
            message = f"{message} {MISFITS}"
        self.progress.problem(name, key, error.code, _brief(message), columns)

    def _is_key_unnamed(self, error: DirectusRejected) -> bool:
        """On MySQL Directus does not name the column when it is the primary key."""
        is_named = "field" in error.message
        return error.code == NOT_UNIQUE and self.destination.vendor == MYSQL and not is_named


def _size(batch: Sequence[EncodedRow]) -> int:
    """The bytes of the request body."""
    return sum(len(row.json) + 1 for row in batch) + 1


def _brief(message: str) -> str:
    """Directus passes on the whole statement that a database refused, with its values. The reason
    comes last."""
    is_statement = len(message) > MAX_MESSAGE_LENGTH and STATEMENT.match(message)
    return f"… {message[-MAX_MESSAGE_LENGTH:]}" if is_statement else message
