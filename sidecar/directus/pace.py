"""The pace of one instance: how many requests at once and how many a second, found out from what it
answers.

Additive increase, multiplicative decrease (AIMD), as TCP does it: 429 and 503 halve what is sent
and close a gate for all threads until Retry-After is over; afterwards the limits grow slowly, and
the slower the more often they were found too high. Latency holds the growth back (TCP Vegas): when
twice as many requests at once take twice as long each, the instance is at its limit, and more would
only wait there.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Any

from sidecar.config import Caps

DEFAULT_CAPS = Caps()
FIRST_CONCURRENCY = 4.0
PAUSE_SECONDS = 0.5
MAX_RETRY_AFTER = 60.0
# How long the limits stay after a refusal before they grow again; doubled with each further one.
PATIENCE_SECONDS = 5.0
MAX_TOTAL_SECONDS = 60.0
RECENT_SECONDS = 2.0
LOOK_SECONDS = 0.5
# Fewer requests a second than this are not too many as such: that they come at once may be.
FEW_PER_SECOND = 10.0
# A rate that was lowered takes so long to double again.
DOUBLING_SECONDS = 10.0
# The fastest answer of a kind counts less as time goes by: collections grow, and so does the time
# that each row takes.
AGEING = 1.0005
# Requests that wait at the instance by the measure of Vegas: below the first the limit grows, above
# the other it falls.
FEW_WAITING, MANY_WAITING = 1.0, 3.0
# A request costs about as much as so many bytes, however small it is.
BYTES_PER_REQUEST = 2_000
# The server's own count may run at another pace than our clock.
MARGIN = 0.9


def always() -> None:
    """Nothing stops a request."""


class AdaptiveLimiter:
    """The limits of one instance, shared by all threads that speak to it: ``first`` requests at
    once to begin with; nothing lifts them above the ``caps``. ``go_on`` is called before a request
    and while it waits for its turn, and raises what is to stop it."""

    def __init__(
        self,
        caps: Caps = DEFAULT_CAPS,
        clock: Callable[[], float] = time.monotonic,
        first: float = FIRST_CONCURRENCY,
    ) -> None:
        self._clock = clock
        self._most = caps.concurrency
        self._cap = caps.requests_per_second
        self._limit = min(first, float(caps.concurrency))
        self._rate: float | None = None
        self._active = 0
        self._gate = self._next = 0.0
        self._patience = 0.0
        self._longest = MAX_RETRY_AFTER
        self._refused_at = self._raised_at = float("-inf")
        self._sent: deque[float] = deque()
        self._fastest: dict[str, float] = {}
        self._slowed = False
        self._changed = Condition()
        self.refusals = 0
        self.go_on: Callable[[], None] = always

    def allow(self, requests: float, seconds: float) -> None:
        """The server says that it takes so many ``requests`` in so many ``seconds``: never send
        more."""
        with self._changed:
            said = MARGIN * requests / seconds
            self._cap = said if self._cap is None else min(self._cap, said)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait until one more request may be sent, and count it as under way for the length of the
        block."""
        with self._changed:
            self.go_on()
            while (wait := self._wait()) is None or wait > 0:
                self._changed.wait(LOOK_SECONDS if wait is None else min(wait, LOOK_SECONDS))
                self.go_on()
            self._active += 1
            now = self._clock()
            self._sent.append(now)
            self._recent()
            if rate := self._allowed():
                self._next = max(now, self._next) + 1 / rate
        try:
            yield
        finally:
            with self._changed:
                self._active -= 1
                self._changed.notify()

    def answered(self, kind: str, seconds: float, size: int) -> None:
        """A request of ``kind`` was answered well after ``seconds``; it and its answer had ``size``
        bytes."""
        with self._changed:
            relative = seconds / (BYTES_PER_REQUEST + size)
            fastest = self._fastest[kind] = min(
                relative, AGEING * self._fastest.get(kind, relative)
            )
            waiting = self._limit * (1 - fastest / relative)
            self._slowed = waiting > FEW_WAITING
            if self._recovering():
                return
            if waiting > MANY_WAITING:
                self._limit = max(1.0, self._limit - 1 / self._limit)
            elif not self._slowed and self._active >= int(self._limit):
                self._grow()

    def streamed(self) -> None:
        """A file went through: how long that took says nothing of the instance."""
        with self._changed:
            if not self._recovering() and self._active >= int(self._limit):
                self._grow()

    def refused(self, retry_after: float | None) -> None:
        """The instance asked to slow down, for ``retry_after`` seconds if it said so."""
        with self._changed:
            now = self._clock()
            self._gate = max(self._gate, now + min(retry_after or PAUSE_SECONDS, self._longest))
            if now - self._refused_at > PAUSE_SECONDS:
                self.refusals += 1
                if self._recent() > FEW_PER_SECOND:
                    self._rate = max(FEW_PER_SECOND, 0.7 * self._recent())
                self._limit = max(1.0, self._limit / 2)
                self._patience = min(MAX_TOTAL_SECONDS, max(PATIENCE_SECONDS, 2 * self._patience))
            self._refused_at = now

    def shorten_waits(self) -> None:
        """What is still to be sent is urgent: no Retry-After is waited for longer than
        PAUSE_SECONDS any more."""
        with self._changed:
            self._longest, self._gate = PAUSE_SECONDS, 0.0
            self._changed.notify_all()

    def state(self) -> dict[str, Any]:
        """What to show: requests at once, requests a second lately, and why they are not more
        (None: nothing)."""
        with self._changed:
            return {
                "concurrency": int(self._limit),
                "requests_per_second": round(self._recent(), 1),
                "held_back": self._held_back(),
            }

    def _wait(self) -> float | None:
        """Seconds until the next request may be sent; None while as many as may be are under
        way."""
        if self._active >= int(self._limit):
            return None
        return max(self._gate, self._next if self._allowed() else 0.0) - self._clock()

    def _allowed(self) -> float | None:
        rates = [rate for rate in (self._rate, self._cap) if rate is not None]
        return min(rates) if rates else None

    def _grow(self) -> None:
        self._limit = min(float(self._most), self._limit + 1 / self._limit)

    def _recovering(self) -> bool:
        """Whether a refusal is too fresh for the limits to grow; if not, the rate does, until it
        limits nothing."""
        now = self._clock()
        since = max(self._refused_at + self._patience, self._raised_at)
        if now < since:
            return True
        if self._rate is not None:
            self._rate *= 2 ** ((now - since) / DOUBLING_SECONDS)
            self._raised_at = now
            if self._rate > 2 * max(self._recent(), FEW_PER_SECOND):
                self._rate = None
        return False

    def _recent(self) -> float:
        """Requests a second over the last RECENT_SECONDS."""
        while self._sent and self._clock() - self._sent[0] > RECENT_SECONDS:
            self._sent.popleft()
        return len(self._sent) / RECENT_SECONDS

    def _held_back(self) -> str | None:
        now = self._clock()
        if now < self._gate:
            return "ASKED_TO_WAIT"
        if self._rate is not None and self._allowed() == self._rate:
            return "REFUSED_LATELY"
        if self._cap is not None and self._recent() > 0.8 * self._cap:
            return "RATE_LIMIT"
        if int(self._limit) >= self._most:
            return "MOST_CONCURRENCY"
        return "LATENCY" if self._slowed and self._recent() else None
