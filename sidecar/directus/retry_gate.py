"""The gate that an instance closes for all threads when it answers 429 or 503.

It stays closed for Retry-After. Afterwards the limits stay low for a while before they grow again.
That recovery takes twice as long after each further refusal.
"""

# The gate stays closed this long when there is no Retry-After. Refusals that follow each other
# within this time count as one.
PAUSE_SECONDS = 0.5
MAX_RETRY_AFTER_SECONDS = 60.0
MIN_RECOVERY_SECONDS = 5.0
MAX_RECOVERY_SECONDS = 60.0


class RetryGate:
    """Closes on refusals and counts them in ``refusals``.

    Every ``now`` is a time in seconds. Not thread-safe: the owner holds a lock.
    """

    def __init__(self) -> None:
        self.refusals = 0
        self._opens_at = 0.0
        self._max_seconds = MAX_RETRY_AFTER_SECONDS
        self._recovery_seconds = 0.0
        self._refused_at = float("-inf")

    def refuse(self, now: float, retry_after: float | None) -> bool:
        """Close for ``retry_after`` seconds, and return whether this refusal counts.

        It does not count shortly after another one: both answer requests of the same moment.
        """
        seconds = min(retry_after or PAUSE_SECONDS, self._max_seconds)
        self._opens_at = max(self._opens_at, now + seconds)
        counts = now - self._refused_at > PAUSE_SECONDS
        if counts:
            self.refusals += 1
            doubled = max(MIN_RECOVERY_SECONDS, 2 * self._recovery_seconds)
            self._recovery_seconds = min(MAX_RECOVERY_SECONDS, doubled)
        self._refused_at = now
        return counts

    def wait(self, now: float) -> float:
        """Return the seconds until the gate opens; 0 or less means it is open."""
        return self._opens_at - now

    def is_closed(self, now: float) -> bool:
        """Whether requests have to wait for Retry-After."""
        return self.wait(now) > 0

    @property
    def recovered_at(self) -> float:
        """The time from which limits may grow again."""
        return self._refused_at + self._recovery_seconds

    def shorten(self) -> None:
        """Open now, and close for PAUSE_SECONDS at most from now on."""
        self._max_seconds = PAUSE_SECONDS
        self._opens_at = 0.0
