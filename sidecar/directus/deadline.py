"""The time and the memory that all requests have together, also to several instances, where
somebody waits for the answer."""

import math
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol
from weakref import WeakSet

from sidecar.directus.answer_memory import Share
from sidecar.directus.memory_budget import Budget
from sidecar.errors import TookTooLong

TOO_SLOW = (
    "{} answers too slowly: not everything was read within {:.0f} seconds. Try again when it has "
    "less to do, or use the command line, which waits longer"
)
# A connection with no time to wait would never fail.
SOON = 0.001


class Abortable(Protocol):
    """A client of an instance."""

    def abort(self) -> None: ...


class Deadline:
    """Ends ``seconds`` from now, or when it is cancelled. Clients and threads may share it.

    With a ``budget``, the answers take a share of it. Close it then.
    """

    def __init__(self, seconds: float = math.inf, budget: Budget | None = None) -> None:
        self.ends_at = time.monotonic() + seconds
        self._memory = Share(budget, self.ends_at) if budget else None
        self._seconds = seconds
        self._is_cancelled = False
        self._clients: WeakSet[Abortable] = WeakSet()
        # The addresses of requests under way, the oldest first.
        self._asked: dict[object, str] = {}
        self._lock = Lock()

    @property
    def asked(self) -> str | None:
        """What the oldest request under way asks for."""
        with self._lock:
            return next(iter(self._asked.values()), None)

    def within(self, seconds: float) -> "Deadline":
        """A deadline in ``seconds``, if this one does not end before, with the same memory."""
        part = Deadline(seconds)
        part.ends_at = min(part.ends_at, self.ends_at)
        part._memory = self._memory
        return part

    def add(self, client: Abortable) -> None:
        """Abort the requests of ``client`` too when this is cancelled."""
        with self._lock:
            self._clients.add(client)

    def cancel(self) -> None:
        """Make all requests raise Cancelled."""
        self._is_cancelled = True
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.abort()
        if self._memory:
            self._memory.give_up()

    def close(self) -> None:
        """Give the memory of all answers back."""
        if self._memory:
            self._memory.close()

    def count(self, ask: Callable[[], Any], url: str, *, is_kept: bool) -> Any:
        """Return the data that ``ask`` reads from ``url``, and count the memory that it takes.

        What ``is_kept`` is needed until the end.
        """
        request = object()
        with self._lock:
            self._asked[request] = url
        try:
            return self._count(ask, url, is_kept=is_kept)
        finally:
            with self._lock:
                del self._asked[request]

    def _count(self, ask: Callable[[], Any], url: str, *, is_kept: bool) -> Any:
        if not self._memory:
            return ask()
        with self._memory.answer(url, is_kept=is_kept, ends_at=self.ends_at) as answer:
            data = ask()
            answer.parsed(data)
            return data

    def shorten(self, seconds: float) -> float:
        """Return ``seconds``, or what is left if that is less. It is never 0."""
        return min(seconds, max(self.ends_at - time.monotonic(), SOON))

    def require_time(self, url: str) -> bool:
        """Return whether this is cancelled. Raises TookTooLong when the time is over while the
        instance at ``url`` is asked."""
        if self._is_cancelled:
            return True
        if time.monotonic() >= self.ends_at:
            raise TookTooLong(TOO_SLOW.format(url, self._seconds))
        return False
