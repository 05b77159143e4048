"""One address for several servers: each connection goes to the next one, and each server has so much bandwidth.

It knows nothing of HTTP. A server's bandwidth is shared by its connections, for either direction apart, so that on one
machine the servers are what limits, as they are in life, and not the processors that they have to share there.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.stack.ports import LOOPBACK

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


class Balancer:
    """Distributes connections to ``url`` over ``servers`` in turn, each with ``bytes_per_second`` in each direction."""

    def __init__(self, servers: Sequence[str], bytes_per_second: float) -> None:
        self._servers = cycle([_Server(url, bytes_per_second) for url in servers])
        self._socket = socket.create_server((LOOPBACK, 0))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self.url = f"http://{LOOPBACK}:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._accept, sock=self._socket)
        self._ready.set()
        await self._stop.wait()
        server.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = next(self._servers)
        with suppress(OSError, asyncio.CancelledError):
            there, answers = None, None
            try:
                answers, there = await asyncio.open_connection(*server.address)
                await asyncio.gather(server.there.carry(reader, there), server.back.carry(answers, writer))
            finally:
                for one in (writer, there):
                    if one:
                        one.close()
