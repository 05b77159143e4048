"""The web server's worker: a thread gets a request only when its head has arrived as a whole.

gunicorn gives a thread to each connection, and clients that send half a request would hold all
threads. Here one loop collects the heads of all connections, and closes those that take too long.
"""

import errno
import logging
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

logger = logging.getLogger(__name__)
HEAD_SECONDS = 5.0
CLOSE_SECONDS = 2.0
# Between two pieces of a body or of an answer.
PIECE_SECONDS = 20.0
MAX_HEAD_BYTES = 16 * 1024
# gunicorn answers a longer request line without reading on.
MAX_LINE_BYTES = 4_094
# The oldest connections give way to newer ones: an honest head arrives at once.
MAX_WAITING = 500
END_OF_HEAD = b"\r\n\r\n"
NOT_ACCEPTED = frozenset({errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK})


class GatedWorker(ThreadWorker):  # type: ignore[misc]
    """A gunicorn worker with threads. It has no kept-alive connections."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # The connections whose head is incomplete or that are answered, the oldest first.
        self._waiting: dict[_Connection, None] = {}

    def accept(self, listener: Any) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in NOT_ACCEPTED:
                return
            raise
        self.nr_conns += 1
        connection = _Connection(self.cfg, _Replayed(client), address, listener.getsockname())
        self._wait(connection, HEAD_SECONDS, self._read_head)

    def finish_request(self, connection: "_Connection", _: Any) -> None:
        """Wait for the client to close, without a thread: data that nobody reads would make the
        system discard the end of the answer."""
        connection.is_answered = True
        with suppress(OSError):
            connection.sock.client.shutdown(socket.SHUT_WR)
        self._wait(connection, CLOSE_SECONDS, self._discard)

    def _wait(
        self,
        connection: "_Connection",
        seconds: float,
        when_readable: Callable[["_Connection", socket.socket], None],
    ) -> None:
        client = connection.sock.client
        client.setblocking(False)
        connection.deadline = time.monotonic() + seconds
        self._waiting[connection] = None
        self.poller.register(client, selectors.EVENT_READ, partial(when_readable, connection))
        if len(self._waiting) > MAX_WAITING:
            self._drop(next(iter(self._waiting)), "too many")

    def murder_pending(self) -> None:
        """Close what has waited too long; gunicorn calls this every second."""
        now = time.monotonic()
        late = [
            one
            for one in self._waiting
            if one.deadline < now or not (self.alive or one.is_answered)
        ]
        for connection in late:
            self._drop(connection, "no complete request in time")

    def _read_head(self, connection: "_Connection", client: socket.socket) -> None:
        if connection not in self._waiting:
            # Dropped for another event of the same batch.
            return
        try:
            data = client.recv(MAX_HEAD_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        head = connection.sock.head = connection.sock.head + data
        if END_OF_HEAD in head or (len(head) > MAX_LINE_BYTES and b"\n" not in head):
            del self._waiting[connection]
            self.poller.unregister(client)
            self.enqueue_req(connection)
        elif not data or len(head) > MAX_HEAD_BYTES:
            self._drop(connection, "no complete request")

    def _discard(self, connection: "_Connection", client: socket.socket) -> None:
        if connection not in self._waiting:
            return
        with suppress(OSError):
            try:
                if client.recv(MAX_HEAD_BYTES):
                    return
            except BlockingIOError:
                return
        self._drop(connection, "closed by the client")

    def _drop(self, connection: "_Connection", reason: str) -> None:
        if not connection.is_answered:
            logger.warning("Close connection reason=%s", reason)
        del self._waiting[connection]
        self.poller.unregister(connection.sock.client)
        self.nr_conns -= 1
        connection.close()


class _Connection(TConn):  # type: ignore[misc]
    """A connection whose head has arrived when a thread gets it."""

    is_answered = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.deadline = 0.0
        self.data_ready = True

    def init(self) -> None:
        super().init()
        self.sock.settimeout(PIECE_SECONDS)

    def close(self, graceful: bool = False) -> None:
        self.sock.client.close()


class _Replayed:
    """A socket that has been read from: ``recv`` returns ``head`` first."""

    def __init__(self, client: socket.socket) -> None:
        self.client = client
        self.head = b""

    def recv(self, size: int, *flags: int) -> bytes:
        if not self.head:
            return self.client.recv(size, *flags)
        part, self.head = self.head[:size], self.head[size:]
        return part

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)
