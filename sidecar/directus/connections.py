"""The connections to one instance: kept for the next request, and broken off when nobody waits for
answers any more."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any
from weakref import WeakSet

from urllib3.connection import HTTPConnection

from sidecar.directus.guard import GuardedAdapter

MAX_KEPT = 64


class Connections(GuardedAdapter):
    """Shared by the sessions of all threads."""

    def __init__(self) -> None:
        self._opened = _Opened()
        self._lock = Lock()
        super().__init__(pool_maxsize=MAX_KEPT)

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> Any:
        """The pool for a request, as requests asks for it."""
        pool: Any = super().get_connection_with_tls_context(*arguments, **named)
        with self._lock:
            if not isinstance(pool.ConnectionCls, _Noting):
                pool.ConnectionCls = _Noting(pool.ConnectionCls, self._opened)
        return pool

    def abort(self) -> None:
        """End every connection, also in the middle of a request: whoever waits there gets an error
        at once."""
        for connection in self._opened.all():
            # Looked at once: another thread may just close it.
            if (opened_socket := connection.sock) is not None:
                with suppress(OSError):
                    # Not the method of a TLS socket, which would take its state away from the
                    # thread that reads.
                    socket.socket.shutdown(opened_socket, socket.SHUT_RDWR)


class _Opened:
    """The connections that were opened and are still in use. Safe to share by threads."""

    def __init__(self) -> None:
        self._connections: WeakSet[HTTPConnection] = WeakSet()
        self._lock = Lock()

    def add(self, connection: HTTPConnection) -> None:
        with self._lock:
            self._connections.add(connection)

    def all(self) -> list[HTTPConnection]:
        with self._lock:
            return list(self._connections)


class _Noting:
    """Makes the connections of a pool, and notes each. It must not refer to the adapter: a pool
    that refers to its own owner is freed only by the garbage collector, and its sockets stay open
    until then."""

    def __init__(self, make: Callable[..., HTTPConnection], opened: _Opened) -> None:
        self._make = make
        self._opened = opened

    def __call__(self, *arguments: Any, **named: Any) -> HTTPConnection:
        connection = self._make(*arguments, **named)
        self._opened.add(connection)
        return connection
