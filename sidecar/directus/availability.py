"""Knows whether an instance responds, and tells when it stops responding and when it is back."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, get_ident

from sidecar.directus.retry import is_lost
from sidecar.errors import DirectusError

# A lost request shortly after an answer is no outage, unless its second try is lost too.
SILENT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Outage:
    """An instance does not respond, although requests are repeated."""

    # The number of the try that is made now: 2 or more.
    tries: int
    # Seconds since the first request was lost.
    seconds: float
    is_over: bool = False


class Availability:
    """Whether one instance responds. All threads that send requests to it share one.

    ``clock`` returns seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.has_answered = False
        self._clock = clock
        self._listener: Callable[[Outage], None] = lambda _: None
        self._lock = Lock()
        # Lost requests in a row, by thread.
        self._lost: Counter[int] = Counter()
        self._lost_at = self._answered_at = float("-inf")
        # The last number of tries that the listener was told; 0 when there is no outage.
        self._told = 0

    def listen(self, listener: Callable[[Outage], None]) -> None:
        """Call ``listener`` when an outage begins, at further tries, and when it is over."""
        self._listener = listener

    @contextmanager
    def request(self) -> Iterator[None]:
        """Run a block that sends one request, and raises when it or its answer is lost."""
        self._try()
        try:
            yield
        except DirectusError as error:
            if is_lost(error):
                self._lose()
            else:
                self._answer()
            raise
        self._answer()

    def _try(self) -> None:
        """An outage begins with the second try of a lost request."""
        lost = self._lost.get(get_ident(), 0)
        if not lost:
            return
        with self._lock:
            now = self._clock()
            is_brief = lost == 1 and now - self._answered_at < SILENT_SECONDS
            # An answer to another thread may have ended the outage just now.
            if self._lost and not is_brief and lost >= self._told:
                self._told = lost + 1
                self._listener(Outage(self._told, now - self._lost_at))

    def _lose(self) -> None:
        with self._lock:
            if not self._lost:
                self._lost_at = self._clock()
            self._lost[get_ident()] += 1

    def _answer(self) -> None:
        with self._lock:
            now = self._clock()
            told, self._told = self._told, 0
            self.has_answered, self._answered_at = True, now
            self._lost.clear()
            if told:
                self._listener(Outage(told, now - self._lost_at, is_over=True))
