"""Connections: freed with their client, and shut down when a run is aborted."""

import gc
import socket
import threading
import weakref

import pytest
import stamina

from sidecar.directus.client import Directus
from sidecar.errors import NotConnected, Unreachable
from tests.stack.answering import Answering
from tests.stack.ports import LOOPBACK


def test_connections_are_freed_with_their_client_without_the_garbage_collector() -> None:
    gc.disable()
    try:
        with Answering(b'{"data": 1}') as server:
            client = Directus(server.url, "t")
            client.get("/server/info")
            connections = weakref.ref(client._sessions._connections)
            del client
            assert connections() is None
    finally:
        gc.enable()


def test_aborting_ends_a_request_under_way() -> None:
    with socket.create_server((LOOPBACK, 0)) as silent:
        client = Directus(f"http://{LOOPBACK}:{silent.getsockname()[1]}", "t")

        def abort_after_the_request_arrived() -> None:
            connection, _ = silent.accept()
            with connection:
                connection.recv(1)
                client.abort()

        helper = threading.Thread(target=abort_after_the_request_arrived)
        helper.start()
        with stamina.set_testing(True, attempts=1), pytest.raises(Unreachable):
            client.get("/items/a")
        helper.join()


def test_aborting_spares_a_change_of_the_schema() -> None:
    with socket.create_server((LOOPBACK, 0)) as slow:
        client = Directus(f"http://{LOOPBACK}:{slow.getsockname()[1]}", "t")

        def abort_and_answer() -> None:
            connection, _ = slow.accept()
            with connection:
                connection.recv(65_536)
                client.abort()
                connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

        helper = threading.Thread(target=abort_and_answer)
        helper.start()
        assert client.send("POST", "/schema/apply", body={}) is None
        helper.join()


def test_a_request_that_was_never_sent_is_told_from_one_whose_answer_is_lost() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        client = Directus(f"http://{LOOPBACK}:{server.getsockname()[1]}", "t")

        def hang_up() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)

        helper = threading.Thread(target=hang_up)
        helper.start()
        with stamina.set_testing(True, attempts=1):
            with pytest.raises(Unreachable) as lost:
                client.get("/items/a")
            helper.join()
            server.close()
            with pytest.raises(NotConnected) as refused:
                client.get("/items/a")
    assert not isinstance(lost.value, NotConnected)
    assert refused.value.code == "UNREACHABLE"
