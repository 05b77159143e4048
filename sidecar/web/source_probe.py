"""Asks whether the source answers, without making /health wait for it."""

import time
from collections.abc import Callable
from threading import Event, Lock, Thread

# /health answers within a second.
WAIT_SECONDS = 0.6
# An answer counts for so long while the next one is awaited.
KNOWN_SECONDS = 15.0
SLOW = "The source answers slowly; check whether Directus or its database is overloaded"


class SourceProbe:
    """Calls ``ask`` in a thread: one call at a time, whoever waits for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answered = Event()
        self._is_asking = False
        self._answer: str | None = SLOW
        self._answered_at = float("-inf")

    def message(self, ask: Callable[[], str | None]) -> str | None:
        """Return what ``ask`` returns. If that takes long, return what it returned lately."""
        with self._lock:
            if not self._is_asking:
                self._is_asking = True
                self._answered.clear()
                Thread(target=self._ask, args=(ask,), daemon=True).start()
        self._answered.wait(WAIT_SECONDS)
        with self._lock:
            is_known = time.monotonic() - self._answered_at < KNOWN_SECONDS
            return self._answer if is_known else SLOW

    def _ask(self, ask: Callable[[], str | None]) -> None:
        answer: str | None = SLOW
        try:
            answer = ask()
        finally:
            with self._lock:
                self._answer, self._answered_at = answer, time.monotonic()
                self._is_asking = False
                self._answered.set()
