"""A proxy that stands for a distant server: each request takes longer to get there, and is taken
down.

It runs in a thread with an event loop of its own, has a connection to the target for each one of a
client, and lets bodies stream through. Where the target closes a connection, the client's is closed
too.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.stack.loop_server import LoopServer
from tests.stack.relay import MOST_HEAD_BYTES, Head, Sink, read_head, relay_body, relay_rest

REFUSALS = frozenset({429, 503})
# Between an answer's passing here and everybody at the client having heard of it.
HEARSAY_SECONDS = 0.05
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Exchange:
    """A request (``path`` without the query) and its answer; ``came`` and ``answered`` are moments
    in seconds of ``time.monotonic``, ``retry_after`` is in seconds. An exchange that broke off has
    no status."""

    came: float
    method: str
    path: str
    status: int | None = None
    answered: float | None = None
    retry_after: float | None = None


def nobody(exchange: Exchange) -> None:
    """Looks at no exchange."""


class DelayProxy(LoopServer):
    """Forwards to ``target`` after ``latency`` seconds; ``exchanges`` are in the order in which
    requests came.

    ``passing`` is called with each exchange twice: before its request goes on to the target,
    without a status, and before its answer goes back."""

    def __init__(
        self, target: str, latency: float = 0.0, passing: Callable[[Exchange], None] = nobody
    ) -> None:
        super().__init__()
        address = urlsplit(target)
        self._target = address.hostname, address.port
        self._latency = latency
        self._passing = passing
        self.exchanges: list[Exchange] = []

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = reader, writer
        target: Streams | None = None
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            try:
                while (head := await read_head(reader)) and not writer.is_closing():
                    target = await self._connected(target)
                    await self.exchange(head, client, target)
            finally:
                for streams in (client, target):
                    if streams:
                        streams[1].close()

    async def _connected(self, target: Streams | None) -> Streams:
        """A connection to the target that is not known to be closed."""
        if target and not target[0].at_eof():
            return target
        if target:
            target[1].close()
        return await asyncio.open_connection(*self._target, limit=MOST_HEAD_BYTES)

    async def exchange(self, request: Head, client: Streams, target: Streams) -> None:
        """What becomes of one request of a client: it is passed on, and its answer passed back."""
        await self.forward(request, client[0], client[1], target)

    async def forward(
        self, request: Head, reader: asyncio.StreamReader, writer: Sink, target: Streams
    ) -> None:
        """Pass on one request, whose body comes from ``reader``, and its answer to ``writer``."""
        method, path = request.words[0], request.words[1].partition("?")[0]
        exchange = Exchange(time.monotonic(), method, path)
        self.exchanges.append(exchange)
        await asyncio.sleep(self._latency)
        self._passing(exchange)
        target[1].write(request.raw)
        # A target that refuses may close before it has read the whole body; its answer counts all
        # the same.
        with suppress(ConnectionError):
            await relay_body(request, reader, target[1])
        answer = await read_head(target[0])
        while answer and answer.words[1].startswith("1"):
            writer.write(answer.raw)
            answer = await read_head(target[0])
        if answer is None:
            writer.close()
            return
        _note(exchange, answer)
        self._passing(exchange)
        await _relay_answer(method, answer, target[0], writer)


def _note(exchange: Exchange, answer: Head) -> None:
    exchange.status, exchange.answered = int(answer.words[1]), time.monotonic()
    wait = answer.headers.get("retry-after", "")
    exchange.retry_after = float(wait) if wait.replace(".", "", 1).isdigit() else None


async def _relay_answer(
    method: str, answer: Head, reader: asyncio.StreamReader, writer: Sink
) -> None:
    writer.write(answer.raw)
    closes = answer.headers.get("connection", "").lower() == "close"
    if (
        method != "HEAD"
        and answer.words[1] not in ("204", "304")
        and not await relay_body(answer, reader, writer)
    ):
        await relay_rest(reader, writer)
        closes = True
    await writer.drain()
    if closes:
        writer.close()


def too_early(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Requests that were sent after an answer with Retry-After had come, and before its time was
    over."""
    pauses = [
        (exchange.answered + HEARSAY_SECONDS, exchange.answered + exchange.retry_after)
        for exchange in exchanges
        if exchange.answered is not None and exchange.retry_after is not None
    ]
    return [
        exchange
        for exchange in exchanges
        if any(begin < exchange.came < end for begin, end in pauses)
    ]


def refused_share(exchanges: Sequence[Exchange], settled_after: float = 1 / 3) -> float:
    """The share of answers 429 and 503, from 0 to 1, among the requests after the first
    ``settled_after`` of them."""
    settled = exchanges[int(len(exchanges) * settled_after) :]
    return (
        sum(exchange.status in REFUSALS for exchange in settled) / len(settled) if settled else 0.0
    )
