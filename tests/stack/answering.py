"""A server that gives prepared answers, where a test needs one that no Directus gives on request."""

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.stack.ports import LOOPBACK

METHODS = ("GET", "POST", "PATCH", "SEARCH")
Answer = tuple[int, Mapping[str, str], bytes]


class Answering:
    """Answers requests with ``answers`` in turn, the last one for ever; ``received`` lists method and path, beside
    ``headers`` and ``bodies``."""

    def __init__(self, *answers: Answer | bytes) -> None:
        self.received: list[tuple[str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        self.bodies: list[bytes] = []
        self._answers = [answer if isinstance(answer, tuple) else (200, {}, answer) for answer in answers]
        self._server = ThreadingHTTPServer((LOOPBACK, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self) -> Answer:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *arguments: Any) -> None:
                """Nothing: the requests are recorded."""

            def answer(self) -> None:
                server.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                server.headers.append(dict(self.headers))
                server.received.append((self.command, self.path))
                status, headers, body = server._next()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        for method in METHODS:
            setattr(Handler, f"do_{method}", Handler.answer)
        return Handler
