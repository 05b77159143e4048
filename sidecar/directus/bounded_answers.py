"""Answers that end: their head, their body and their time are limited by the current exchange."""

import http.client
import io
import socket
from collections.abc import Iterator
from typing import Any

from urllib3.response import BaseHTTPResponse

from sidecar.directus.exchange import (
    MAX_ERROR_BYTES,
    MAX_HEAD_BYTES,
    Exchange,
    current_exchange,
    too_large,
)


class BoundedAnswer(http.client.HTTPResponse):
    """An answer as http.client reads it from a socket, within the limits of its exchange."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self._exchange = current_exchange()
        if self._exchange:
            self._source = _BoundedSource(sock, self.fp.detach(), self._exchange)
            self.fp = io.BufferedReader(self._source)

    def begin(self) -> None:
        """Read status and headers. Endless ones raise AnswerTooLarge."""
        # The answer of a proxy to a tunnel does not come here: the request follows.
        if self._exchange:
            self._exchange.begin_answer()
        super().begin()
        if self._exchange:
            # The body has its own limit, but it may come in tiny chunks with long headers.
            self._source.bytes_left = MAX_HEAD_BYTES + 2 * self._exchange.max_bytes


class _BoundedSource(io.RawIOBase):
    """The bytes of one answer on their way from the socket."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, exchange: Exchange) -> None:
        self.bytes_left: float = MAX_HEAD_BYTES
        self._socket = sock
        self._timeout: float | None = None
        self._raw = raw
        self._exchange = exchange

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        self._raw.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        timeout = self._exchange.seconds_to_wait()
        if timeout != self._timeout:
            self._socket.settimeout(timeout)
            self._timeout = timeout
        count: int = self._raw.readinto(buffer)
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise too_large("The instance", self._exchange.max_bytes)
        return count


class BoundedBody:
    """The decompressed body of an answer: what requests reads, and what a download reads."""

    def __init__(self, body: BaseHTTPResponse, exchange: Exchange, url: str) -> None:
        self._body = body
        self._exchange = exchange
        self._url = url

    def __getattr__(self, name: str) -> Any:
        return getattr(self._body, name)

    def stream(self, amount: int, decode_content: bool | None = None) -> Iterator[bytes]:
        """Yield the body. A long error is cut. Other long bodies raise AnswerTooLarge."""
        is_error = self._body.status >= 300
        left = MAX_ERROR_BYTES if is_error else self._exchange.max_bytes
        for portion in self._body.stream(amount, decode_content):
            left -= len(portion)
            if left < 0:
                self._body.close()
                if is_error:
                    return
                raise too_large(self._url, self._exchange.max_bytes)
            yield portion

    def read(self, amount: int | None = None, decode_content: bool = False) -> bytes:
        """Return the next part of a file, which has the time of an answer to arrive."""
        if amount is None:
            # requests would read the rest of a broken redirect, whatever its size.
            self._body.close()
            return b""
        self._exchange.restart()
        return self._body.read(amount, decode_content)
