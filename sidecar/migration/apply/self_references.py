"""Rows that refer to rows of their own collection wait for them, and then need one write, not
two."""

from collections.abc import Collection, Iterator, Sequence

from sidecar.directus.client import Row
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.spool import RowSpool
from sidecar.resources.base import Resource

ROWS_PER_PORTION = 500
# Each round reads all rows that wait. A round that releases fewer than this share is the last.
WORTHWHILE = 0.1


class SelfReferenceBuffer(RowSpool):
    """Rows of ``resource`` whose references ``columns`` point at its own rows."""

    def __init__(self, resource: Resource, columns: Collection[str], ledger: RowLedger) -> None:
        super().__init__()
        self._resource = resource
        self._columns = tuple(columns)
        self._ledger = ledger

    def let_go(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that can be written now. The others wait."""
        ready = []
        for row in rows:
            if self._is_ready(row):
                ready.append(row)
            else:
                self.add(row)
        return ready

    def rounds(self) -> Iterator[list[Row]]:
        """Rows that can be written by now, in portions, round after round.

        An empty list ends a round. The caller has it arrive before the next one.
        """
        # The first round begins while the last batches are still under way.
        yield from self._ready()
        yield []
        worthwhile = True
        while self.count and worthwhile:
            before = self.count
            yield from self._ready()
            yield []
            worthwhile = before - self.count >= WORTHWHILE * before

    def rest(self) -> Iterator[list[Row]]:
        """What still waits: rows that refer to each other in circles, or to rows that did not
        arrive."""
        return self.take(ROWS_PER_PORTION)

    def _ready(self) -> Iterator[list[Row]]:
        for rows in self.take(ROWS_PER_PORTION):
            if ready := self.let_go(rows):
                yield ready

    def _is_ready(self, row: Row) -> bool:
        return all(
            row[column] is None or self._ledger.arrived(self._resource, row[column])
            for column in self._columns
        )
