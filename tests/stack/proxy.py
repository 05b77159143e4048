"""A proxy in front of a real instance: it records every request, and can change what the instance
answers.

It stands between the sidecar and Directus where a test has to see what was sent, or needs an answer
that no instance at hand gives.
"""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import requests

from tests.stack.thread_server import ThreadServer

HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-encoding", "content-length", "host"}
)
Rewrite = Callable[[str, str, int, bytes], tuple[int, bytes]]
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "SEARCH", "HEAD", "OPTIONS")


class Proxy(ThreadServer):
    """Forwards to ``target``, which may become another one at any time. ``requests`` lists (method,
    path) as they came.

    ``rewrite`` may replace an answer: it is called with method, path, status and body, and returns
    status and body.
    """

    def __init__(self, target: str, rewrite: Rewrite | None = None) -> None:
        self.requests: list[tuple[str, str]] = []
        self.target = target
        self._rewrite = rewrite
        super().__init__()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *arguments: Any) -> None:
                """Nothing: the requests are recorded."""

            def forward(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer, headers = proxy._forward(
                    self.command, self.path, dict(self.headers), body
                )
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer)

        for method in METHODS:
            setattr(Handler, f"do_{method}", Handler.forward)
        return Handler

    def _forward(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        self.requests.append((method, path.partition("?")[0]))
        sent = {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}
        answer = requests.request(
            method, self.target + path, headers=sent, data=body, allow_redirects=False, timeout=120
        )
        status, content = answer.status_code, answer.content
        if self._rewrite:
            status, content = self._rewrite(method, path, status, content)
        kept = {
            name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP
        }
        return status, content, kept
