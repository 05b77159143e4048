"""The connections to one instance: kept for the next request, and broken off when nobody waits for answers any more."""

import socket
from contextlib import suppress
from threading import Lock
from typing import Any
from weakref import WeakSet

from urllib3.connection import HTTPConnection

from sidecar.directus.guard import GuardedAdapter

MOST_KEPT = 64


class Connections(GuardedAdapter):
    """Shared by the sessions of all threads."""

    def __init__(self) -> None:
        self._opened: WeakSet[HTTPConnection] = WeakSet()
        self._lock = Lock()
        super().__init__(pool_maxsize=MOST_KEPT)

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> Any:
        """The pool for a request, as requests asks for it."""
        pool: Any = super().get_connection_with_tls_context(*arguments, **named)
        with self._lock:
            if not issubclass(pool.ConnectionCls, _Noted):
                pool.ConnectionCls = type("Noted", (_Noted, pool.ConnectionCls), {"note": self._note})
        return pool

    def break_off(self) -> None:
        """End every connection, also in the middle of a request: whoever waits there gets an error at once."""
        with self._lock:
            opened = list(self._opened)
        for connection in opened:
            # Looked at once: another thread may just close it.
            if (opened_socket := connection.sock) is not None:
                with suppress(OSError):
                    # Not the method of a TLS socket, which would take its state away from the thread that reads.
                    socket.socket.shutdown(opened_socket, socket.SHUT_RDWR)

    def _note(self, connection: HTTPConnection) -> None:
        with self._lock:
            self._opened.add(connection)


class _Noted(HTTPConnection):
    """A connection that is taken note of when it opens; ``note`` is set by whoever makes the class."""

    note: Any

    def connect(self) -> None:
        super().connect()
        type(self).note(self)
