"""A server of connections in a thread with an event loop of its own: what the proxies here have in
common."""

import asyncio
import socket
import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from tests.stack.ports import LOOPBACK
from tests.stack.relay import MOST_HEAD_BYTES


class LoopServer(ABC):
    """Listens at ``url`` while it is entered; each connection is ``accept``ed."""

    def __init__(self) -> None:
        self._socket = socket.create_server((LOOPBACK, 0))
        # Connections inherit it; without it small pieces wait 40 ms for each other.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._serving: set[asyncio.Task[None]] = set()
        self.url = f"http://{LOOPBACK}:{self._socket.getsockname()[1]}"

    @abstractmethod
    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Once a client has hung up, nothing in asyncio holds the task that still waits for the
        # target.
        task = asyncio.ensure_future(self.accept(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        await task

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._accept, sock=self._socket, limit=MOST_HEAD_BYTES)
        self._ready.set()
        await self._stop.wait()
        server.close()
