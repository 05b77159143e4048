"""The speed of a run: rows and bytes per second over the last seconds."""

from collections import deque

WINDOW_SECONDS = 10.0
# Shorter times would exaggerate the first rates of a run.
MIN_SECONDS = 0.5
IDLE = {"rows_per_second": 0.0, "bytes_per_second": 0.0}


class Rates:
    """Computes rates from samples of growing totals."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int, int]] = deque()

    def sample(self, now: float, rows: int, size: int) -> dict[str, float]:
        """Add the totals of ``rows`` and bytes (``size``) at ``now`` (seconds of any clock), and
        return the rates over the last WINDOW_SECONDS."""
        self._samples.append((now, rows, size))
        while now - self._samples[0][0] > WINDOW_SECONDS:
            self._samples.popleft()
        first_time, first_rows, first_size = self._samples[0]
        seconds = max(now - first_time, MIN_SECONDS)
        return {
            "rows_per_second": round(max(0, rows - first_rows) / seconds, 1),
            "bytes_per_second": round(max(0, size - first_size) / seconds, 1),
        }
