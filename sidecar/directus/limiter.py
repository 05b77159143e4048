"""Decides when the next request to one instance is sent, based on what the instance answers.

It combines three parts: how many requests at the same time, how many per second, and how long to
wait after a refusal.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Any

from sidecar.cancellation import CancelToken
from sidecar.config import Caps
from sidecar.directus.concurrency_limit import INITIAL_CONCURRENCY, ConcurrencyLimit
from sidecar.directus.request_rate import RequestRate
from sidecar.directus.retry_gate import RetryGate

# A waiting request checks its cancel token this often.
CHECK_SECONDS = 0.5


class Clock:
    """Monotonic time in seconds. Tests pass a clock that does not sleep."""

    def now(self) -> float:
        """Return the seconds since some fixed moment."""
        return time.monotonic()

    def wait(self, changed: Condition, seconds: float) -> None:
        """Wait until ``changed`` is notified, ``seconds`` at most; the caller holds its lock."""
        changed.wait(seconds)


DEFAULT_CAPS = Caps()
SYSTEM_CLOCK = Clock()


class AdaptiveLimiter:
    """The limits of one instance. All threads that send requests to it share one limiter.

    ``initial`` requests at the same time are allowed at first; ``caps`` are never exceeded.
    """

    def __init__(
        self,
        caps: Caps = DEFAULT_CAPS,
        clock: Clock = SYSTEM_CLOCK,
        initial: float = INITIAL_CONCURRENCY,
    ) -> None:
        self._clock = clock
        self._concurrency = ConcurrencyLimit(caps.concurrency, initial)
        self._rate = RequestRate(caps.requests_per_second)
        self._gate = RetryGate()
        self._changed = Condition()

    @property
    def refusals(self) -> int:
        """How often the instance asked to slow down."""
        return self._gate.refusals

    def allow(self, requests: float, seconds: float) -> None:
        """Never exceed ``requests`` in ``seconds``, which is what the instance accepts."""
        with self._changed:
            self._rate.allow(requests, seconds)

    @contextmanager
    def slot(self, cancel: CancelToken) -> Iterator[None]:
        """Wait until one more request may be sent, and count it as under way during the block.

        Raises Cancelled when ``cancel`` stops the run before that.
        """
        with self._changed:
            cancel.check()
            while (seconds := self._wait_seconds()) > 0:
                self._clock.wait(self._changed, min(seconds, CHECK_SECONDS))
                cancel.check()
            self._concurrency.acquire()
            self._rate.record(self._clock.now())
        try:
            yield
        finally:
            with self._changed:
                self._concurrency.release()
                self._changed.notify()

    def answered(self, kind: str, seconds: float, size: int) -> None:
        """Note a good answer after ``seconds``; request and answer have ``size`` bytes together.

        ``kind`` groups requests that take a similar time per byte.
        """
        with self._changed:
            self._adapt(self._concurrency.measure(kind, seconds, size))

    def streamed(self) -> None:
        """Note a transferred file. The time it took says nothing about the instance."""
        with self._changed:
            self._adapt(queued=0.0)

    def refused(self, retry_after: float | None) -> None:
        """Note that the instance asked to slow down, for ``retry_after`` seconds if it said so."""
        with self._changed:
            now = self._clock.now()
            if self._gate.refuse(now, retry_after):
                self._rate.lower(now)
                self._concurrency.halve()

    def shorten_waits(self) -> None:
        """Treat everything that follows as urgent: ignore a long Retry-After from now on."""
        with self._changed:
            self._gate.shorten()
            self._changed.notify_all()

    def state(self) -> dict[str, Any]:
        """Return what a run shows of its limits, as JSON."""
        with self._changed:
            now = self._clock.now()
            return {
                # Requests that may be under way at the same time.
                "concurrency": self._concurrency.value,
                # Requests sent per second, lately.
                "requests_per_second": round(self._rate.recent(now), 1),
                # The code of what limits them, or None.
                "held_back": self._held_back(now),
            }

    def _wait_seconds(self) -> float:
        """Seconds until the next try to send; 0 or less means now."""
        if self._concurrency.is_full:
            return CHECK_SECONDS
        now = self._clock.now()
        return max(self._gate.wait(now), self._rate.wait(now))

    def _adapt(self, queued: float) -> None:
        """Let the limits grow, unless the last refusal is too recent."""
        now = self._clock.now()
        if now >= self._gate.recovered_at:
            self._rate.recover(now, self._gate.recovered_at)
            self._concurrency.adapt(queued)

    def _held_back(self, now: float) -> str | None:
        if self._gate.is_closed(now):
            return "ASKED_TO_WAIT"
        is_idle = self._rate.recent(now) == 0
        return self._rate.held_back(now) or self._concurrency.held_back(is_idle=is_idle)
