"""More connections than may wait: the oldest ones give way, and the loop goes on."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from selectors import DefaultSelector
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from sidecar.web import server_worker
from sidecar.web.server_worker import GatedWorker
from tests.stack.ports import LOOPBACK

MOST = 3


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server((LOOPBACK, 0)) as listener:
        yield listener


@pytest.fixture
def worker(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(server_worker, "MAX_WAITING", MOST)
    cfg = Config()
    worker = GatedWorker(1, 1, [listener], None, 30, cfg, Logger(cfg))
    worker.poller = DefaultSelector()
    yield worker
    for connection in worker._waiting:
        connection.close()
    worker.poller.close()
    worker.tmp.close()


@pytest.mark.parametrize("is_answered", [False, True], ids=["reads a head", "waits for the end"])
def test_an_event_of_a_connection_that_was_dropped_meanwhile_is_ignored(
    worker: Any, listener: socket.socket, is_answered: bool
) -> None:
    """One look at all sockets finds new connections and what the oldest has sent."""
    with ExitStack() as clients:

        def connect() -> socket.socket:
            client = clients.enter_context(socket.create_connection(listener.getsockname()))
            worker.accept(listener)
            return client

        oldest = connect()
        if is_answered:
            (connection,) = worker._waiting
            del worker._waiting[connection]
            worker.poller.unregister(connection.sock.client)
            worker.finish_request(connection, None)
        oldest.sendall(b"GET /")
        (stale,) = worker.poller.select(5)
        for _ in range(MOST):
            connect()
        key, _ = stale
        key.data(key.fileobj)
        assert len(worker._waiting) == MOST
        assert worker.nr_conns == MOST
        assert key.fileobj.fileno() == -1


def test_a_broken_connection_that_waits_for_its_end_is_dropped(
    worker: Any, listener: socket.socket
) -> None:
    with socket.create_connection(listener.getsockname()):
        worker.accept(listener)
        (connection,) = worker._waiting
        worker._discard(connection, Broken())
    assert (len(worker._waiting), worker.nr_conns) == (0, 0)


class Broken:
    """A socket that the network has lost."""

    def recv(self, size: int) -> bytes:
        raise OSError(113, "No route to host")
