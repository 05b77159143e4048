"""How large a batch of rows may be, and which size is fastest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock

from more_itertools import constrained_batches

from sidecar.migration.instance.rows import EncodedRow

# Directus accepts bodies of 1 MB by default (MAX_PAYLOAD_SIZE). It does not tell the limit.
BODY_BYTES = 900_000
BATCH_ROWS = 1_000
FIRST_BYTES = 400_000
MIN_BYTES = 50_000
BRACKETS, COMMA = 2, 1
TRIES = 4
# A larger batch means a longer transaction, so it has to be this much faster.
BETTER = 0.9


@dataclass
class BatchSize:
    """The size of batches. All resources and threads of a run share it."""

    # The largest body that the destination accepts, as far as it is known.
    body_bytes: int = BODY_BYTES
    # The most rows that it accepts.
    rows: int = BATCH_ROWS
    # The bytes that are fastest. They grow as long as that speeds up the rows.
    best: int = FIRST_BYTES
    _times: list[float] = field(default_factory=list)
    _before: float = float("inf")
    _settled: bool = False
    _refusals: int = 0
    _lock: Lock = field(default_factory=Lock, compare=False)

    def split(self, rows: Iterable[EncodedRow]) -> Iterator[tuple[EncodedRow, ...]]:
        """``rows`` in batches under the limits. A row that is larger is a batch by itself."""
        return constrained_batches(
            rows,
            max_size=max(1, self.body_bytes - BRACKETS),
            max_count=self.rows,
            get_len=lambda row: len(row.json) + COMMA,
            strict=False,
        )

    def fits(self, size: int) -> bool:
        """Whether ``size`` bytes of rows and commas may be one batch."""
        return size + BRACKETS <= self.body_bytes

    def shrink(self, body_bytes: int, rows: int, *, too_many: bool) -> None:
        """Shrink after a batch that was too large: it had ``too_many`` rows, or too many bytes.

        A single row that is too large says nothing about batches.
        """
        if rows > 1 and too_many:
            self.rows = max(1, min(self.rows, rows // 2))
        elif rows > 1:
            self.body_bytes = max(1, min(self.body_bytes, body_bytes // 2))

    def learn(self, body_bytes: int, seconds: float, refusals: int) -> None:
        """Learn from a batch of ``body_bytes`` that took ``seconds``. The destination has asked
        ``refusals`` times to slow down so far."""
        with self._lock:
            if refusals > self._refusals:
                self._refusals, self._settled = refusals, True
                self.best = max(MIN_BYTES, self.best // 2)
            elif not self._settled and body_bytes > 0.7 * self.best:
                self._times.append(seconds / body_bytes)
                if len(self._times) == TRIES:
                    self._compare(sorted(self._times)[TRIES // 2])

    def _compare(self, now: float) -> None:
        self._times.clear()
        if now < BETTER * self._before and 2 * self.best <= self.body_bytes:
            self._before, self.best = now, 2 * self.best
        else:
            self._settled = True
