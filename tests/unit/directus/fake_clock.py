"""A clock for the limiter that moves only when somebody waits, and then at once."""

from threading import Condition

from sidecar.directus.limiter import Clock


class FakeClock(Clock):
    """Time in seconds, from ``start`` on. ``waits`` lists how long each wait was."""

    def __init__(self, start: float = 100.0) -> None:
        self.time = start
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    def wait(self, changed: Condition, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds
