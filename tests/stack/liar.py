"""A server that looks like a Directus, until it answers some paths as no Directus does: without
end, byte by byte, or packed so that it explodes."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.stack.answering import METHODS
from tests.stack.pretender import Pretender

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
ZEROS = b"0" * 1_000_000
# An attack is what is written to the connection, piece by piece.
Attack = Callable[[], Iterator[bytes]]


class Liar(Pretender):
    """A Pretender that answers ``attacks`` by path, or all other paths with ``every``."""

    def __init__(self, identity: str = "liar") -> None:
        self.attacks: dict[str, Attack] = {}
        self.every: Attack | None = None
        # Released once for each attack.
        self.asked = threading.Semaphore(0)
        self._over = threading.Event()
        super().__init__(identity)

    def __exit__(self, *reason: Any) -> None:
        self._over.set()
        super().__exit__(*reason)

    def relent(self) -> None:
        """Answer as a bare Directus does from now on, and end what drips."""
        self.attacks.clear()
        self.answers.clear()
        self.every = None
        over, self._over = self._over, threading.Event()
        over.set()

    def drip(self, head: bytes = HEAD + b"Content-Length: 1000000\r\n\r\n") -> Iterator[bytes]:
        """``head``, and then a byte now and then."""
        over = self._over
        yield head
        while not over.wait(0.05):
            yield b" "

    def drip_from_the_start(self) -> Iterator[bytes]:
        """A status line that never ends."""
        return self.drip(b"HTTP/1.1 200 ")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(super()._handler()):  # type: ignore[misc]
            def answer(self) -> None:
                path = self.path.partition("?")[0]
                if attack := server.attacks.get(path, server.every):
                    server.bodies.append(
                        self.rfile.read(int(self.headers.get("Content-Length", 0)))
                    )
                    server.received.append((self.command, self.path))
                    server.asked.release()
                    self._write(attack())
                else:
                    super().answer()

            def _write(self, pieces: Iterator[bytes]) -> None:
                self.close_connection = True
                try:
                    for piece in pieces:
                        self.wfile.write(piece)
                except OSError:
                    """The client has hung up."""

        for method in METHODS:
            setattr(Handler, f"do_{method}", Handler.answer)
        return Handler


def body(content: bytes, *headers: str) -> Attack:
    """An answer with ``content`` and more ``headers``."""
    lines = "".join(f"{line}\r\n" for line in (*headers, f"Content-Length: {len(content)}"))
    return lambda: iter([HEAD + lines.encode() + b"\r\n" + content])


def gzip_bomb(megabytes: int = 600) -> Attack:
    """A small body that is ``megabytes`` long when it is unpacked."""
    packed = gzip.compress(b'{"data": "') + gzip.compress(ZEROS, 9) * megabytes
    return body(packed + gzip.compress(b'"}'), "Content-Encoding: gzip")


def twice_packed_bomb(megabytes: int = 600) -> Attack:
    """A body of a few kB that is packed twice."""
    packed = gzip.compress(gzip.compress(ZEROS, 9) * megabytes, 9)
    return body(packed, "Content-Encoding: gzip, gzip")


def endless_body() -> Iterator[bytes]:
    """A body without a length that never ends."""
    yield HEAD + b'\r\n{"data": "'
    while True:
        yield ZEROS


def endless_headers() -> Iterator[bytes]:
    """Headers, one after the other."""
    yield HEAD
    while True:
        yield b"X-More: " + b"x" * 60_000 + b"\r\n"


def endless_status_lines() -> Iterator[bytes]:
    """Answers that announce another answer."""
    while True:
        yield b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 1_000


def endless_chunk_size() -> Iterator[bytes]:
    """The size of a chunk that never ends."""
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;"
    while True:
        yield ZEROS


def endless_trailers() -> Iterator[bytes]:
    """A body that is followed by headers without end."""
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"2\r\n{}\r\n0\r\n"
    while True:
        yield b"X-More: " + b"x" * 1_000 + b"\r\n"


def many_values(count: int = 2_500_000) -> Attack:
    """Few bytes that take much memory when they are parsed."""
    return body(b'{"data": [' + b"{}," * count + b"{}]}")


def deep_values(levels: int = 900) -> Attack:
    """A document of so many ``levels`` that code which follows them fails."""
    return body(b'{"data": ' + b"[" * levels + b"]" * levels + b"}")


def data(value: Any) -> Attack:
    """A good answer with any ``value``."""
    return body(json.dumps({"data": value}).encode())
