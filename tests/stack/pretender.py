"""A server that answers as a bare Directus does, but for the paths that a test has it answer
otherwise."""

import json
from collections.abc import Mapping
from typing import Any

from tests.stack.answering import Answer, Answering

SNAPSHOT = {
    "version": 1,
    "directus": "11.17.4",
    "vendor": "sqlite",
    "collections": [],
    "fields": [],
    "relations": [],
}
DATA: Mapping[str, Any] = {
    "/users/me": {"id": "9f0f6d8e-0000-4000-8000-000000000001"},
    "/schema/snapshot": SNAPSHOT,
    "/server/info": {},
    "/collections": [],
    "/fields": [],
    "/relations": [],
    "/roles": [],
    "/policies": [],
    "/activity": [],
    "/presets": [],
}
NOWHERE: Answer = (
    404,
    {},
    b'{"errors": [{"message": "Not here.", "extensions": {"code": "ROUTE_NOT_FOUND"}}]}',
)


class Pretender(Answering):
    """Answers ``answers`` by path, and what ``identity`` makes its own of the rest."""

    def __init__(self, identity: str) -> None:
        self.answers: dict[str, Answer] = {}
        self._own = {path: data_answer(data) for path, data in DATA.items()}
        self._own["/roles"] = data_answer([{"id": identity}])
        self._own["/settings"] = data_answer({"project_id": identity})
        self._own["/server/ping"] = (200, {}, b"pong")
        self._own["/schema/diff"] = (204, {}, b"")
        super().__init__(NOWHERE)

    def answer(self, path: str) -> Answer:
        path = path.partition("?")[0]
        return self.answers.get(path) or self._own.get(path, NOWHERE)


def data_answer(data: Any) -> Answer:
    """A good answer of Directus that holds ``data``."""
    return 200, {"Content-Type": "application/json"}, json.dumps({"data": data}).encode()
