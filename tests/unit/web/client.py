"""A client of the HTTP interface without a server, and a fake of the source's presets and users."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from flask import Flask

from sidecar.config import Settings, SourceSettings, StoreSettings
from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected

SECRET = "0b7e6a52f1c84d93ae157f28c6409bd3"
USER = "6f1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10"
ROLE = "b1f0a7ce-30ac-4d2b-9be0-0f1d2a1c9e55"
SOURCE_URL, DESTINATION_URL = "http://source.example", "http://destination.example"
PUBLIC_URL = "https://cms.example.com"
# Nobody can write there.
NO_STORE = StoreSettings(Path("/proc/no/store"))
SETTINGS = Settings(SourceSettings(SOURCE_URL, "source-token"), "redis://nowhere", SECRET, NO_STORE)
HEADERS = {
    "Authorization": f"Bearer {SECRET}",
    "X-Migration-User": USER,
    "X-Migration-Public-URL": PUBLIC_URL,
}
# What a form sends to check a destination.
DESTINATION = {"destination_url": DESTINATION_URL, "destination_token": "destination-token"}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request."""

    status: int
    document: Any
    text: str
    headers: Mapping[str, str]

    @property
    def error(self) -> dict[str, str]:
        """The only error, after a check that errors have their one shape."""
        assert list(self.document) == ["errors"], self.document
        (error,) = self.document["errors"]
        assert {"message", "code"} <= set(error) <= {"message", "code", "field", "run"}
        return dict(error)

    @property
    def refusal(self) -> tuple[int, str, str | None]:
        """Status, code and field of the only error."""
        return self.status, self.error["code"], self.error.get("field")


class Client:
    """Sends requests to ``app`` as the relay of Directus does."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str] = HEADERS, **options: Any
    ) -> Answer:
        """``options`` are those of Werkzeug's test client, such as ``json`` or ``data``."""
        response = self._client.open(path, method=method, headers=dict(headers), **options)
        document = response.get_json(silent=True)
        text = response.get_data(as_text=True)
        # As a server does when the client has got everything.
        response.close()
        return Answer(response.status_code, document, text, dict(response.headers))

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, body: Any = None) -> Answer:
        return self.send("POST", path, json=body) if body is not None else self.send("POST", path)


class FakeSource:
    """A source with users and presets, in place of a Directus client."""

    url = SOURCE_URL

    def __init__(self) -> None:
        self.users: dict[str, Row] = {
            USER: {
                "first_name": "Ada",
                "last_name": "Lovelace",
                "email": "ada@example.com",
                "role": {"id": ROLE, "name": "Administrator"},
            }
        }
        self.presets: list[Row] = []
        self.closed = False

    def get(self, path: str, **params: Any) -> Any:
        user = self.users.get(path.removeprefix("/users/"))
        if user is None:
            raise DirectusRejected("No permission", code="FORBIDDEN", status=403)
        return user

    def search(self, path: str, query: Mapping[str, Any]) -> list[Row]:
        rows = [row for row in self.presets if _matches(row, query["filter"])]
        return sorted(rows, key=lambda row: (row["bookmark"], row["id"]))

    def create(self, path: str, row: Row, **options: Any) -> Row:
        saved = {**row, "id": len(self.presets) + 1}
        self.presets.append(saved)
        return saved

    def update(self, path: str, changes: Row, **options: Any) -> Row:
        row = self._row(path)
        row.update(changes)
        return row

    def send(self, method: str, path: str) -> None:
        assert method == "DELETE"
        self.presets.remove(self._row(path))

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _row(self, path: str) -> Row:
        (row,) = (row for row in self.presets if path == f"/presets/{row['id']}")
        return row


def _matches(row: Row, condition: Mapping[str, Any]) -> bool:
    """Whether a row meets a Directus filter of _and, _or, _eq and _null."""
    ((name, value),) = condition.items()
    if name == "_and":
        return all(_matches(row, part) for part in value)
    if name == "_or":
        return any(_matches(row, part) for part in value)
    ((operator, operand),) = value.items()
    return bool(row[name] == operand if operator == "_eq" else (row[name] is None) == operand)
