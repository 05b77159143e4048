"""The connections to one instance: kept open for the next request, and closed to abort a run."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any
from weakref import WeakSet

from sidecar.directus.guard import GuardedAdapter, GuardedConnection

MAX_IDLE = 64


class Connections(GuardedAdapter):
    """The connections that the sessions of all threads share."""

    def __init__(self) -> None:
        self._open = _OpenConnections()
        self._lock = Lock()
        super().__init__(pool_maxsize=MAX_IDLE)

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> Any:
        """Return the pool for a request; requests calls this."""
        pool: Any = super().get_connection_with_tls_context(*arguments, **named)
        with self._lock:
            if not isinstance(pool.ConnectionCls, _TrackedFactory):
                pool.ConnectionCls = _TrackedFactory(pool.ConnectionCls, self._open)
        return pool

    def abort(self) -> None:
        """Shut every connection down, so that requests under way raise at once."""
        for connection in self._open.all():
            if (open_socket := connection.open_socket) is not None:
                with suppress(OSError):
                    # A TLS socket's own shutdown would drop the state that a reading thread uses.
                    socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


class _OpenConnections:
    """The connections that are still referenced somewhere. Thread-safe."""

    def __init__(self) -> None:
        self._connections: WeakSet[GuardedConnection] = WeakSet()
        self._lock = Lock()

    def add(self, connection: GuardedConnection) -> None:
        with self._lock:
            self._connections.add(connection)

    def all(self) -> list[GuardedConnection]:
        with self._lock:
            return list(self._connections)


class _TrackedFactory:
    """Makes the connections of one pool and records each.

    It must not refer to the adapter. Such a cycle would leave the pool and its open sockets to the
    garbage collector.
    """

    def __init__(self, make: Callable[..., GuardedConnection], opened: _OpenConnections) -> None:
        self._make = make
        self._opened = opened

    def __call__(self, *arguments: Any, **named: Any) -> GuardedConnection:
        connection = self._make(*arguments, **named)
        self._opened.add(connection)
        return connection
