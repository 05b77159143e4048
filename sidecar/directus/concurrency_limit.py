"""How many requests may be under way at one instance at the same time.

The limit follows AIMD, as TCP does: a refusal halves it, and good answers raise it slowly. Latency
stops the growth, as in TCP Vegas: if twice as many requests take twice as long each, the instance
is at its limit, and further requests would only queue there.
"""

INITIAL_CONCURRENCY = 4.0
# The limit grows while fewer requests than this queue at the instance ...
MIN_QUEUED = 1.0
# ... and falls while more than this do.
MAX_QUEUED = 3.0
# The fastest answer ages by this factor per answer: collections grow, and so does the time per row.
FASTEST_AGEING = 1.0005
# A request costs about as much as this many bytes, however small it is.
REQUEST_OVERHEAD_BYTES = 2_000


class ConcurrencyLimit:
    """Allows ``initial`` requests at first and never more than ``maximum``.

    Not thread-safe: the owner holds a lock.
    """

    def __init__(self, maximum: int, initial: float) -> None:
        self._maximum = maximum
        self._limit = min(initial, float(maximum))
        self._active = 0
        # The least seconds per byte, by kind of request.
        self._fastest: dict[str, float] = {}
        self._is_slowed = False

    @property
    def value(self) -> int:
        """The number of requests that may be under way."""
        return int(self._limit)

    @property
    def is_full(self) -> bool:
        """Whether the next request has to wait for another one to end."""
        return self._active >= self.value

    def acquire(self) -> None:
        """Count one more request as under way."""
        self._active += 1

    def release(self) -> None:
        """Count one request as ended."""
        self._active -= 1

    def measure(self, kind: str, seconds: float, size: int) -> float:
        """Return how many requests queue at the instance, estimated from one answer.

        ``kind`` groups requests that take a similar time per byte. ``size`` is the number of bytes
        in the request and its answer, ``seconds`` the time between them.
        """
        relative = seconds / (REQUEST_OVERHEAD_BYTES + size)
        aged = FASTEST_AGEING * self._fastest.get(kind, relative)
        fastest = self._fastest[kind] = min(relative, aged)
        queued = self._limit * (1 - fastest / relative)
        self._is_slowed = queued > MIN_QUEUED
        return queued

    def adapt(self, queued: float) -> None:
        """Raise or lower the limit by a fraction of a request, given how many queue.

        The limit grows only while it is used up.
        """
        if queued > MAX_QUEUED:
            self._limit = max(1.0, self._limit - 1 / self._limit)
        elif queued <= MIN_QUEUED and self.is_full:
            self._limit = min(float(self._maximum), self._limit + 1 / self._limit)

    def halve(self) -> None:
        """React to a refusal."""
        self._limit = max(1.0, self._limit / 2)

    def held_back(self, *, is_idle: bool) -> str | None:
        """Return the code of what keeps the limit from growing, or None.

        Latency says nothing about an idle instance.
        """
        if self.value >= self._maximum:
            return "MOST_CONCURRENCY"
        return "LATENCY" if self._is_slowed and not is_idle else None
