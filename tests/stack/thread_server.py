"""An HTTP server in a thread, which serves each request in another one: what the small servers here
have in common."""

import threading
from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.stack.ports import LOOPBACK

LOOK_SECONDS = 0.05


class ThreadServer(ABC):
    """Listens at ``url`` while it is entered."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer((LOOPBACK, 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(LOOK_SECONDS,), daemon=True
        )
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"

    @abstractmethod
    def _handler(self) -> type[BaseHTTPRequestHandler]:
        """What serves one connection."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
