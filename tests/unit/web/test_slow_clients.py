"""Clients without the secret that send half a request, nothing, or never close: a real web process
answers ``/health`` within a second meanwhile, and gets rid of them."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from sidecar.web.server_worker import HEAD_SECONDS
from tests.stack.conditions import wait_until
from tests.stack.descriptors import held_by, open_descriptors
from tests.stack.ports import LOOPBACK
from tests.stack.redis_server import RedisServer
from tests.stack.sidecar_processes import SidecarSettings, SidecarWeb
from tests.unit.web.client import HEADERS, SECRET

HALF = b"GET /runs HTTP/1.1\r\nHost: sidecar\r\nX-Drip: "
WHOLE = b"POST /runs HTTP/1.1\r\nHost: sidecar\r\nContent-Length: 60000\r\n\r\n"
CLIENTS = 200
MOST_MEGABYTES = 250


@pytest.fixture(scope="module")
def web(server: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SidecarWeb]:
    """A web process whose source does not answer."""
    settings = SidecarSettings(f"http://{LOOPBACK}:1", "token", server.url, SECRET)
    web = SidecarWeb(settings, tmp_path_factory.mktemp("web"))
    web.start()
    yield web
    web.process.stop()


def seconds_of_health(web: SidecarWeb) -> float:
    began = time.monotonic()
    assert requests.get(f"{web.url}/health", timeout=30).json()["redis"]["ok"]
    return time.monotonic() - began


@pytest.mark.parametrize("sent", [b"", HALF, WHOLE], ids=["nothing", "half", "never closes"])
def test_slow_clients_do_not_hold_up_health_and_are_closed(web: SidecarWeb, sent: bytes) -> None:
    seconds_of_health(web)
    before = open_descriptors(web.process)
    with ExitStack() as clients:
        for _ in range(CLIENTS):
            client = clients.enter_context(socket.create_connection((LOOPBACK, web.port)))
            client.sendall(sent)
        assert max(seconds_of_health(web) for _ in range(10)) < 1
        assert held_by(web.process).megabytes < MOST_MEGABYTES
        wait_until(lambda: open_descriptors(web.process) < before + 20, HEAD_SECONDS + 10)


def test_a_head_that_comes_in_pieces_is_answered(web: SidecarWeb) -> None:
    with socket.create_connection((LOOPBACK, web.port)) as client:
        for piece in (b"GET /health HT", b"TP/1.1\r\nHost: x\r\n", b"\r\n"):
            client.sendall(piece)
            assert seconds_of_health(web) < 1
        assert client.recv(100).startswith(b"HTTP/1.1 503")


def test_a_body_that_comes_with_its_head_or_after_it_is_read(web: SidecarWeb) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    body = b'{"destination_url": "not an address", "destination_token": "t"}'
    for pieces in ((body,), (body[:10], body[10:])):
        with socket.create_connection((LOOPBACK, web.port)) as client:
            start = f"POST /check HTTP/1.1\r\nHost: x\r\n{head}Content-Type: application/json\r\n"
            first = f"{start}Content-Length: {len(body)}\r\n\r\n".encode() + pieces[0]
            client.sendall(first)
            for piece in pieces[1:]:
                client.sendall(piece)
            assert client.recv(100).startswith(b"HTTP/1.1 400")


def test_a_body_that_is_too_large_is_answered_though_nobody_reads_it(web: SidecarWeb) -> None:
    answer = requests.post(f"{web.url}/check", data=b"x" * 5_000_000, headers=HEADERS, timeout=10)
    assert answer.status_code == 413


def test_a_request_line_that_is_too_long_is_still_answered(web: SidecarWeb) -> None:
    answer = requests.get(f"{web.url}/{'x' * 5_000}", timeout=10)
    assert answer.status_code == 414
