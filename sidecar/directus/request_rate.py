"""How many requests per second may be sent to one instance.

Two limits apply. The cap comes from the operator and from the instance's rate limiter, and stays.
The lowered rate follows a refusal: it starts below the rate that was refused, grows slowly, and
ends once it no longer limits anything.
"""

from collections import deque

# The current rate is the average over this time.
RECENT_SECONDS = 2.0
# A lower rate is not the cause of a refusal: many requests at the same moment may be.
MIN_RATE = 10.0
# A refusal lowers the current rate by this factor.
RATE_CUT = 0.7
# A lowered rate doubles in this time.
DOUBLING_SECONDS = 10.0
# An instance that accepts less refuses some requests, and says for how long.
MIN_ACCEPTED_RATE = 0.2
# The instance may count in other time windows than we do.
SAFETY_MARGIN = 0.9


class RequestRate:
    """Spaces requests evenly, ``cap`` per second at most (None: no cap).

    Every ``now`` is a time in seconds. Not thread-safe: the owner holds a lock.
    """

    def __init__(self, cap: float | None) -> None:
        self._cap = cap
        self._lowered: float | None = None
        self._raised_at = float("-inf")
        self._next_at = 0.0
        self._sent_at: deque[float] = deque()

    def allow(self, requests: float, seconds: float) -> None:
        """Never exceed ``requests`` in ``seconds``, which is what the instance says it accepts.

        A lower rate than MIN_ACCEPTED_RATE is not obeyed; it would be a wait without end.
        """
        accepted = max(MIN_ACCEPTED_RATE, SAFETY_MARGIN * requests / seconds)
        self._cap = accepted if self._cap is None else min(self._cap, accepted)

    def wait(self, now: float) -> float:
        """Return the seconds until the next request may be sent; 0 or less means now."""
        return self._next_at - now if self._limit() else 0.0

    def record(self, now: float) -> None:
        """Note that a request is sent."""
        self._sent_at.append(now)
        self._forget_old(now)
        if limit := self._limit():
            self._next_at = max(now, self._next_at) + 1 / limit

    def recent(self, now: float) -> float:
        """Return the requests per second over the last RECENT_SECONDS."""
        self._forget_old(now)
        return len(self._sent_at) / RECENT_SECONDS

    def lower(self, now: float) -> None:
        """React to a refusal."""
        recent = self.recent(now)
        if recent > MIN_RATE:
            self._lowered = max(MIN_RATE, RATE_CUT * recent)

    def recover(self, now: float, since: float) -> None:
        """Raise the lowered rate for the time that has passed; growth is allowed from ``since``."""
        if self._lowered is None:
            return
        grown_seconds = now - max(since, self._raised_at)
        self._lowered *= 2 ** (grown_seconds / DOUBLING_SECONDS)
        self._raised_at = now
        if self._lowered > 2 * max(self.recent(now), MIN_RATE):
            self._lowered = None

    def held_back(self, now: float) -> str | None:
        """Return the code of the limit that slows requests down, or None."""
        if self._lowered is not None and self._limit() == self._lowered:
            return "REFUSED_LATELY"
        if self._cap is not None and self.recent(now) > 0.8 * self._cap:
            return "RATE_LIMIT"
        return None

    def _limit(self) -> float | None:
        limits = [limit for limit in (self._lowered, self._cap) if limit is not None]
        return min(limits) if limits else None

    def _forget_old(self, now: float) -> None:
        while self._sent_at and now - self._sent_at[0] > RECENT_SECONDS:
            self._sent_at.popleft()
