"""The second write of rows.

It sets deferred references, empty values that Directus fills in when it creates a row, columns that
Directus stores on update only, and columns that came to the destination after the row. It also
sets what rows that exist lack, or have another value for. Its values wait on disk while the group
loads.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.concurrency import map_ahead
from sidecar.migration.mapping.row_mapper import CLEARED, without
from sidecar.migration.report.results import count_of
from sidecar.migration.spool import RowSpool
from sidecar.resources.base import Resource

ROWS_PER_PORTION = 250
# Where a row to fill keeps its key at the source. No column has this name.
SOURCE_KEY = ""


class SecondWrite(RowSpool):
    """The second write of the rows of one resource.

    ``columns`` are the deferred references. ``late`` columns came to the destination after rows of
    an earlier run.
    """

    def __init__(
        self, resource: Resource, columns: Collection[str], late: Collection[str] = ()
    ) -> None:
        super().__init__()
        self._key = resource.key
        self._auto_uuid = resource.auto_uuid
        self._update_only = resource.update_only
        self._at_first = resource.rules.at_first
        self.columns = tuple(columns)
        self.late = tuple(late)
        self._fills = RowSpool()
        # Names of the columns that were set, in their order.
        self._set: dict[str, None] = {}
        # Columns whose value at the destination is nobody's choice.
        self._always_set = {*self._update_only, *self.late}

    def close(self) -> None:
        super().close()
        self._fills.close()

    @property
    def touched(self) -> tuple[str, ...]:
        """The columns that the second write may set."""
        touched = (*self.columns, *self._auto_uuid, *self._update_only, *self.late)
        return tuple(dict.fromkeys(touched))

    def defer(self, rows: Iterable[Row], sent: Collection[str] = ()) -> None:
        """Keep what the second write sets of ``rows``. The first write has set ``sent``."""
        for row in rows:
            if values := without(self._values(row), sent):
                self.add({self._key: row[self._key], **values})

    def fill(self, source_key: Any, row: Row) -> None:
        """Keep values of a row that exists: its key, and what is set of it."""
        self._fills.add({**row, SOURCE_KEY: source_key})

    def lacks(self, existing: Row, expected: Row) -> bool:
        """Whether the row that an earlier run left as ``existing`` still needs its second write."""
        if any(existing[column] != value for column, value in self._at_first):
            return False
        return any(
            existing[column] != value
            and (column in self._always_set or existing[column] is None or value is None)
            for column, value in self._values(expected).items()
        )

    def write(
        self,
        writer: BatchWriter,
        complete: Callable[[Sequence[Row]], list[Row]],
        report_fill: Callable[[Any, Row], None],
    ) -> bool:
        """Write all rows again; returns whether the destination took all of them.

        ``complete`` turns references into those that can be written by now. ``report_fill`` gets
        the key at the source of each row that was filled, and what was set of it.
        """

        def update(rows: list[Row]) -> tuple[list[Row], list[Row], dict[Any, Any]]:
            fills = {row[self._key]: row.pop(SOURCE_KEY) for row in rows if SOURCE_KEY in row}
            known = complete(rows)
            self._note_cleared(known, writer)
            return known, writer.update(known), fills

        whole = total = 0
        portions = chain(self.take(ROWS_PER_PORTION), self._fills.take(ROWS_PER_PORTION))
        for rows, taken, fills in map_ahead(update, portions, writer.at_once):
            sizes = {row[self._key]: len(row) for row in rows}
            whole += sum(len(row) == sizes[row[self._key]] for row in taken)
            total += len(rows)
            for row in taken:
                self._set.update(dict.fromkeys(without(row, [self._key])))
                if row[self._key] in fills:
                    report_fill(fills[row[self._key]], without(row, [self._key]))
        if whole:
            names = ", ".join(self._set)
            writer.progress.log(
                "info", f"{writer.resource.name}: set {names} in {count_of(whole, 'row')}"
            )
        return whole == total

    def _note_cleared(self, rows: Iterable[Row], writer: BatchWriter) -> None:
        for row in rows:
            for column in self.columns:
                if row.get(column, column) is None:
                    writer.progress.note(
                        writer.resource.name, "CLEARED", column, CLEARED.format(column), 1
                    )

    def _values(self, row: Row) -> Row:
        references = {column: row[column] for column in self.columns if row[column] is not None}
        # Directus takes an empty text and zero for no value, too.
        empty = {column: row[column] for column in self._auto_uuid if not row[column]}
        return references | empty | {column: row[column] for column in self._always_set}
