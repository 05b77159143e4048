"""A client with prepared answers, for tests of what reads an endpoint that is not rows."""

from collections.abc import Callable
from typing import Any

from sidecar.errors import DirectusRejected

Answer = Any | Callable[[], Any]


class ScriptedClient:
    """Answers ``answers`` by path, and records what is sent. An error among the answers is raised,
    a function is called."""

    url = "http://scripted"

    def __init__(self, answers: dict[str, Answer] | None = None) -> None:
        self.answers = answers or {}
        self.sent: list[tuple[str, str, Any]] = []

    def get(self, path: str, **_: Any) -> Any:
        if path not in self.answers:
            raise DirectusRejected(f"No {path} here.", code="ROUTE_NOT_FOUND", status=404)
        return self._answer(path)

    def send(self, method: str, path: str, *, body: Any, repeatable: bool = True) -> Any:
        self.sent.append((method, path, body))
        return self._answer(path) if path in self.answers else None

    def _answer(self, path: str) -> Any:
        answer = self.answers[path]
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer
