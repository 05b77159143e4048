"""A server that answers as a bare Directus does, but for the paths that a test has it answer otherwise."""

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.stack.answering import METHODS, Answer
from tests.stack.thread_server import ThreadServer

SNAPSHOT = {"version": 1, "directus": "11.17.4", "vendor": "sqlite", "collections": [], "fields": [], "relations": []}
DATA: Mapping[str, Any] = {
    "/users/me": {"id": "9f0f6d8e-0000-4000-8000-000000000001"}, "/schema/snapshot": SNAPSHOT, "/server/info": {},
    "/collections": [], "/fields": [], "/relations": [], "/roles": [], "/policies": [], "/activity": [],
}
NOWHERE: Answer = (404, {}, b'{"errors": [{"message": "Not here.", "extensions": {"code": "ROUTE_NOT_FOUND"}}]}')


class Pretender(ThreadServer):
    """Answers ``answers`` by path, and what ``identity`` makes its own of the rest."""

    def __init__(self, identity: str) -> None:
        self.answers: dict[str, Answer] = {}
        self._own = {path: data_answer(data) for path, data in DATA.items()}
        self._own["/roles"] = data_answer([{"id": identity}])
        self._own["/server/ping"] = (200, {}, b"pong")
        self._own["/schema/diff"] = (204, {}, b"")
        super().__init__()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pretender = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *arguments: Any) -> None:
                """Nobody reads it."""

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = self.path.partition("?")[0]
                status, headers, body = pretender.answers.get(path) or pretender._own.get(path, NOWHERE)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        for method in METHODS:
            setattr(Handler, f"do_{method}", Handler.answer)
        return Handler


def data_answer(data: Any) -> Answer:
    """A good answer of Directus that holds ``data``."""
    return 200, {"Content-Type": "application/json"}, json.dumps({"data": data}).encode()
