"""Limits how many threads wait for a side, so that some always answer /health and the page.

A side that answers slowly holds its own few threads, for the time of a check at most.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sidecar.errors import InvalidRequest

# Together they are fewer than WEB_THREADS.
OF_SOURCE = 8
OF_DESTINATIONS = 6
OF_ONE_DESTINATION = 2
BUSY = (
    "{} has not answered earlier requests yet. Try again in a minute; if this happens again, check "
    "whether it is overloaded"
)


class Slots:
    """Counts the requests to sides that are under way. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._source = 0
        self._destinations: Counter[str] = Counter()

    def enter_source(self) -> None:
        """Take a slot of the source until ``leave_source``. Raises InvalidRequest (503)."""
        with self._lock:
            if self._source >= OF_SOURCE:
                raise _busy("The source", None)
            self._source += 1

    def leave_source(self) -> None:
        with self._lock:
            self._source -= 1

    @contextmanager
    def destination(self, url: str) -> Iterator[None]:
        """Hold a slot of the destination at ``url``. Raises InvalidRequest (503)."""
        host = _host_as_entered(url)
        with self._lock:
            is_full = self._destinations.total() >= OF_DESTINATIONS
            if is_full or self._destinations[host] >= OF_ONE_DESTINATION:
                who = "A destination of somebody" if is_full else "The destination"
                raise _busy(who, "destination_url")
            self._destinations[host] += 1
        try:
            yield
        finally:
            with self._lock:
                self._destinations[host] -= 1
                # What nobody waits for is not remembered.
                self._destinations += Counter()


def _host_as_entered(url: str) -> str:
    """The host and port in what may not be an address yet."""
    text = url.strip().lower()
    return (text.partition("://")[2] or text).partition("/")[0]


def _busy(who: str, field: str | None) -> InvalidRequest:
    return InvalidRequest(BUSY.format(who), code="SIDE_BUSY", field=field, status=503)
