"""Limits how many requests and checks wait for a side, so that threads are always left for /health
and the page.

A side that answers slowly holds its own few places, for the time of a check at most, and a person
holds no more than half of all.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from urllib.parse import urlsplit

from sidecar.address import DEFAULT_PORTS, LOCALHOST, host_of, is_address
from sidecar.errors import InvalidRequest
from sidecar.hosts import is_loopback

# Together they are fewer than WEB_THREADS.
OF_SOURCE = 8
OF_DESTINATIONS = 12
OF_ONE_DESTINATION = 4
OF_ONE_PERSON = 6
# Somebody who reads slowly holds a thread as long as the download takes.
OF_DOWNLOADS = 2
MAX_WAITING = 8
# Somebody who waits for a slot gets one soon, unless a side is slow.
WAIT_SECONDS = 5.0
URL_FIELD = "destination_url"
BUSY = (
    "{} has not answered earlier requests yet. Try again in a minute; if this happens again, check "
    "whether it is overloaded"
)
ALL_BUSY = (
    "Several destinations have not answered earlier requests yet, and no more are asked meanwhile. "
    "Try again in a minute"
)
TOO_MANY_DOWNLOADS = "{} downloads of changes are under way. Try again when one of them has ended"
TOO_MANY = (
    "Several of your checks have not ended yet, perhaps in other windows. Cancel one, or try again "
    "in a minute"
)


class Slots:
    """Counts the requests to sides that are under way. Thread-safe."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting = 0
        self._source = 0
        self._downloads = 0
        self._destinations: Counter[str] = Counter()
        self._persons: Counter[str] = Counter()

    def enter_source(self) -> None:
        """Take a slot of the source until ``leave_source``. Raises InvalidRequest (503)."""
        with self._changed:
            self._wait_until(lambda: self._source < OF_SOURCE, lambda: _busy("The source", None))
            self._source += 1

    def leave_source(self) -> None:
        with self._changed:
            self._source -= 1
            self._changed.notify_all()

    def enter_download(self) -> None:
        """Take a slot for a download until ``leave_download``. Raises InvalidRequest (503)."""
        with self._changed:
            if self._downloads >= OF_DOWNLOADS:
                message = TOO_MANY_DOWNLOADS.format(OF_DOWNLOADS)
                raise InvalidRequest(message, code="TOO_MANY_DOWNLOADS", status=503)
            self._downloads += 1

    def leave_download(self) -> None:
        with self._changed:
            self._downloads -= 1

    @contextmanager
    def destination(self, url: str, user: str) -> Iterator[None]:
        """Hold a slot of the destination at ``url`` for ``user``. Raises InvalidRequest (503)."""
        side = _side_of(url)
        with self._person(user):
            with self._changed:
                self._wait_until(lambda: self._has_room(side), lambda: self._no_room(side))
                self._destinations[side] += 1
            try:
                yield
            finally:
                with self._changed:
                    self._destinations[side] -= 1
                    # What nobody waits for is not remembered.
                    self._destinations += Counter()
                    self._changed.notify_all()

    @contextmanager
    def _person(self, user: str) -> Iterator[None]:
        """Count what ``user`` holds or waits for. Somebody with too much does not wait."""
        with self._changed:
            if self._persons[user] >= OF_ONE_PERSON:
                raise InvalidRequest(TOO_MANY, code="SIDE_BUSY", status=503)
            self._persons[user] += 1
        try:
            yield
        finally:
            with self._changed:
                self._persons[user] -= 1
                self._persons += Counter()

    def _has_room(self, side: str) -> bool:
        is_full = self._destinations.total() >= OF_DESTINATIONS
        return not is_full and self._destinations[side] < OF_ONE_DESTINATION

    def _no_room(self, side: str) -> InvalidRequest:
        if self._destinations[side]:
            return _busy("The destination", URL_FIELD)
        return InvalidRequest(ALL_BUSY, code="SIDE_BUSY", status=503)

    def _wait_until(self, is_free: Callable[[], bool], busy: Callable[[], InvalidRequest]) -> None:
        if is_free():
            return
        if self._waiting >= MAX_WAITING:
            raise busy()
        self._waiting += 1
        try:
            if not self._changed.wait_for(is_free, WAIT_SECONDS):
                raise busy()
        finally:
            self._waiting -= 1


def _side_of(url: str) -> str:
    """One name for all spellings of a destination. What is no address is never asked."""
    text = url.strip()
    address = text if "://" in text else f"http://{text}"
    if not is_address(address):
        return text
    host, port = host_of(address), urlsplit(address).port
    name = LOCALHOST if is_loopback(host) else host
    return name if port in (None, *DEFAULT_PORTS.values()) else f"{name}:{port}"


def _busy(who: str, field: str | None) -> InvalidRequest:
    return InvalidRequest(BUSY.format(who), code="SIDE_BUSY", field=field, status=503)
