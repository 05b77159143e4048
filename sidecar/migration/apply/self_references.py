"""Rows that point at rows of their own collection wait until those have arrived, and then take one
write, not two."""

import tempfile
from collections.abc import Collection, Iterator, Sequence
from types import TracebackType
from typing import IO

import orjson

from sidecar.directus.client import Row
from sidecar.directus.pages import BYTES_PER_PAGE
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.resources.base import Resource

ROWS_PER_PORTION = 500
# Each round reads all that still wait; a round that lets fewer than this share go is not worth the
# next one.
WORTHWHILE = 0.1


class SelfReferenceBuffer:
    """Rows of ``resource`` whose references ``columns`` point at its own rows; kept on disk while
    they wait."""

    def __init__(self, resource: Resource, columns: Collection[str], seen: RowLedger) -> None:
        self._resource = resource
        self._columns = tuple(columns)
        self._seen = seen
        self._file = tempfile.TemporaryFile()
        self._count = 0

    def __enter__(self) -> "SelfReferenceBuffer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def let_go(self, rows: Sequence[Row]) -> list[Row]:
        """Those of ``rows`` that may be written now; the others wait."""
        ready = []
        for row in rows:
            if self._may_go(row):
                ready.append(row)
            else:
                self._file.write(orjson.dumps(row) + b"\n")
                self._count += 1
        return ready

    def rounds(self) -> Iterator[list[Row]]:
        """Rows that may go by now, in portions, round after round; the caller has each round arrive
        before the next. An empty list is the end of a round."""
        # The first of them go while the last batches are still under way.
        yield from self._ready()
        yield []
        worthwhile = True
        while self._count and worthwhile:
            before = self._count
            yield from self._ready()
            yield []
            worthwhile = before - self._count >= WORTHWHILE * before

    def rest(self) -> Iterator[list[Row]]:
        """What still waits: rows that point at each other in circles, or at rows that did not
        arrive."""
        yield from self._portions()

    def _ready(self) -> Iterator[list[Row]]:
        for rows in self._portions():
            if ready := self.let_go(rows):
                yield ready

    def _may_go(self, row: Row) -> bool:
        return all(
            row[column] is None or self._seen.arrived(self._resource, row[column])
            for column in self._columns
        )

    def _portions(self) -> Iterator[list[Row]]:
        """All that wait, in portions, and none waits any more."""
        with self._file as file:
            self._file = tempfile.TemporaryFile()
            self._count = 0
            file.seek(0)
            while lines := _portion(file):
                yield [orjson.loads(line) for line in lines]


def _portion(file: IO[bytes]) -> list[bytes]:
    lines: list[bytes] = []
    size = 0
    while len(lines) < ROWS_PER_PORTION and size < BYTES_PER_PAGE and (line := file.readline()):
        lines.append(line)
        size += len(line)
    return lines
