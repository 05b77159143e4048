"""The speed of a run over its time, in at most MAX_POINTS points: what the page draws."""

from typing import Any

MAX_POINTS = 120
FIRST_INTERVAL = 1.0


class Throughput:
    """Keeps a point for each interval. When there are too many, every second one is dropped and
    the interval doubles."""

    def __init__(self) -> None:
        self._points: list[dict[str, float]] = []
        self._interval = FIRST_INTERVAL
        self._started: float | None = None

    def add(self, now: float, rates: dict[str, float]) -> list[dict[str, Any]]:
        """Add the ``rates`` at ``now`` (seconds of any clock), and return all points."""
        if self._started is None:
            self._started = now
        seconds = round(now - self._started, 1)
        if not self._points or seconds - self._points[-1]["seconds"] >= self._interval:
            self._points.append({"seconds": seconds, **rates})
        if len(self._points) > MAX_POINTS:
            self._points = self._points[::2]
            self._interval *= 2
        return list(self._points)
