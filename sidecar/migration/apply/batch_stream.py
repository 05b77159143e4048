"""Gathers the rows of one resource into batches, and writes several batches at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextvars import copy_context

from sidecar.directus.client import Row
from sidecar.migration.apply.batch_size import COMMA
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.instance.rows import EncodedRow
from sidecar.migration.mapping.row_mapper import encode


class BatchStream:
    """Creates rows in the threads of ``pool``. ``add`` and ``drain`` raise what a batch raises."""

    def __init__(
        self,
        writer: BatchWriter,
        pool: Executor,
        expected: int,
        first: Callable[[Row], Row],
        arrived: Callable[[list[Row], int], None],
    ) -> None:
        """``expected`` is about how many rows come. ``first`` returns what is sent of a row.

        ``arrived`` is called after each batch, in its thread, with the rows that the destination
        has now, and with the number of rows in the batch.
        """
        self._writer = writer
        self._pool = pool
        self._first = first
        self._arrived = arrived
        self._rows: list[EncodedRow] = []
        self._bytes = 0
        self._left = expected
        self._under_way: set[Future[None]] = set()

    def add(self, rows: Sequence[Row]) -> None:
        """Write ``rows`` with others. Waits while the maximum of batches is under way."""
        limits = self._writer.limits
        for row in rows:
            encoded = EncodedRow(row, encode(self._writer.resource, self._first(row)))
            size = len(encoded.json)
            if self._rows and not limits.fits(self._bytes + size):
                self._send()
            self._rows.append(encoded)
            self._bytes += size + COMMA
            self._left -= 1
            if self._bytes >= self._enough() or len(self._rows) >= limits.rows:
                self._send()

    def drain(self) -> None:
        """Return when all rows are written."""
        if self._rows:
            self._send()
        self._await(0)

    def _enough(self) -> float:
        """The bytes of the next batch.

        When the rest is too little for one batch per slot, the slots share it, so that no long
        batch is left alone at the end. Each request has a fixed cost, so no batch gets small.
        """
        limits = self._writer.limits
        left = self._bytes * (1 + self._left / len(self._rows))
        share = max(limits.best, left) / self._writer.at_once if self._left > 0 else limits.best
        return min(limits.best, limits.body_bytes, share)

    def _send(self) -> None:
        self._await(self._writer.at_once - 1)
        rows, self._rows, self._bytes = self._rows, [], 0
        self._under_way.add(self._pool.submit(copy_context().run, self._write, rows))

    def _write(self, rows: list[EncodedRow]) -> None:
        self._arrived(self._writer.create(rows), len(rows))

    def _await(self, most: int) -> None:
        """Wait until at most ``most`` batches are under way. Raises what one of them raised."""
        while len(self._under_way) > most:
            done, self._under_way = wait(self._under_way, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
