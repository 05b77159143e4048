"""One address for several servers: each connection goes to the next one, and each server has so
much bandwidth.

It knows nothing of HTTP. A server's bandwidth is shared by its connections, for either direction
apart, so that on one machine the servers are what limits, as they are in life, and not the
processors that they have to share there.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from urllib.parse import urlsplit

from tests.stack.loop_server import LoopServer

PIECE_BYTES = 64 * 1024


class _Line:
    """One direction of the way to one server: pieces pass one after the other."""

    def __init__(self, bytes_per_second: float) -> None:
        self._rate = bytes_per_second
        self._free = 0.0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass everything on, then the end."""
        while piece := await reader.read(PIECE_BYTES):
            self._free = max(time.monotonic(), self._free) + len(piece) / self._rate
            await asyncio.sleep(self._free - time.monotonic())
            writer.write(piece)
            await writer.drain()
        writer.write_eof()


class _Server:
    """One of the servers."""

    def __init__(self, url: str, bytes_per_second: float) -> None:
        address = urlsplit(url)
        self.address = address.hostname, address.port
        self.there = _Line(bytes_per_second)
        self.back = _Line(bytes_per_second)


class Balancer(LoopServer):
    """Distributes connections to ``url`` over ``servers`` in turn, each with ``bytes_per_second``
    in each direction."""

    def __init__(self, servers: Sequence[str], bytes_per_second: float) -> None:
        super().__init__()
        self._servers = cycle([_Server(url, bytes_per_second) for url in servers])

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = next(self._servers)
        with suppress(OSError, asyncio.CancelledError):
            there, answers = None, None
            try:
                answers, there = await asyncio.open_connection(*server.address)
                await asyncio.gather(
                    server.there.carry(reader, there), server.back.carry(answers, writer)
                )
            finally:
                for one in (writer, there):
                    if one:
                        one.close()
