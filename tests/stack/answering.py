"""A server that gives prepared answers, where a test needs one that no Directus gives on
request."""

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.stack.thread_server import ThreadServer

METHODS = ("GET", "POST", "PATCH", "SEARCH")
Answer = tuple[int, Mapping[str, str], bytes]


class Answering(ThreadServer):
    """Answers requests with ``answers`` in turn, the last one for ever; ``received`` lists method
    and path, beside ``headers`` and ``bodies``."""

    def __init__(self, *answers: Answer | bytes) -> None:
        self.received: list[tuple[str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        self.bodies: list[bytes] = []
        self._answers = [
            answer if isinstance(answer, tuple) else (200, {}, answer) for answer in answers
        ]
        super().__init__()

    def answer(self, path: str) -> Answer:
        """What is answered to a request for ``path``."""
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
                status, headers, body = server.answer(self.path)
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
