"""What takes a second write: deferred references, nulls that Directus fills when it creates a row,
and columns that it stores on an update only.

They are kept on disk while their group loads, and set when all of it is there.
"""

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from threading import Lock
from types import TracebackType
from typing import Any

import orjson

from sidecar.directus.client import Row
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.concurrency import map_ahead
from sidecar.migration.mapping.row_mapper import CLEARED, without
from sidecar.resources.base import Resource

ROWS_PER_PORTION = 250


class SecondWrite:
    """The second write of the rows of one resource: ``columns`` are the deferred references."""

    def __init__(self, resource: Resource, columns: Collection[str]) -> None:
        self._key = resource.key
        self._invented = resource.auto_uuid
        self._settled = resource.update_only
        self._at_first = resource.rules.at_first
        self.columns = tuple(columns)
        self._file = tempfile.TemporaryFile()
        self._lock = Lock()

    def __enter__(self) -> "SecondWrite":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def defer(self, rows: Iterable[Row], sent: Collection[str] = ()) -> None:
        """Keep what the second write has to set of ``rows``; most need none. ``sent`` columns are
        set already."""
        for row in rows:
            if link := without(self._link(row), sent):
                line = orjson.dumps({self._key: row[self._key], **link}) + b"\n"
                with self._lock:
                    self._file.write(line)

    def lacks(self, found: Row, expected: Row) -> bool:
        """Whether a row that an interrupted run left as ``found`` was still waiting for its second
        write."""
        if any(found[column] != value for column, value in self._at_first):
            return False
        return any(
            found[column] != value
            and (column in self._settled or found[column] is None or value is None)
            for column, value in self._link(expected).items()
        )

    @property
    def touched(self) -> tuple[str, ...]:
        """The columns that a second write may set."""
        return (*self.columns, *self._invented, *self._settled)

    def _link(self, row: Row) -> Row:
        references = {column: row[column] for column in self.columns if row[column] is not None}
        nulls = {column: None for column in self._invented if row[column] is None}
        return references | nulls | {column: row[column] for column in self._settled}

    def write(self, writer: BatchWriter, settled: Callable[[Any], Any]) -> bool:
        """Set all of them at the destination; returns whether all rows were taken. ``update_only``
        turns pending ids into those that the destination has given."""

        def update(rows: list[Row]) -> tuple[list[Row], list[Row]]:
            written = [{column: settled(value) for column, value in row.items()} for row in rows]
            for column in (
                column
                for row in written
                for column in self.columns
                if row.get(column, column) is None
            ):
                writer.progress.note(
                    writer.resource.name, "CLEARED", column, CLEARED.format(column), 1
                )
            return written, writer.update(written)

        taken = total = 0
        for rows, good in map_ahead(update, self._portions(), writer.at_once):
            taken += len(good)
            total += len(rows)
        if taken:
            writer.progress.log(
                "info", f"{writer.resource.name}: set {', '.join(self.touched)} of {taken} rows"
            )
        return taken == total

    def _portions(self) -> Iterator[list[Row]]:
        self._file.seek(0)
        while lines := [line for _, line in zip(range(ROWS_PER_PORTION), self._file, strict=False)]:
            yield [orjson.loads(line) for line in lines]
