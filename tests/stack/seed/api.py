"""The few lines of HTTP that the seed needs, kept apart from the product's own client so that
neither hides a fault of the other."""

from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

TIMEOUT_SECONDS = 60
# Directus answers 503 "Under pressure" for a moment when it is busy, before it has done anything.
PATIENCE = Retry(
    total=12, connect=0, read=0, status_forcelist=(503,), allowed_methods=None, backoff_factor=0.1
)


class SeedError(RuntimeError):
    """Directus refused something; the message says what was asked and what it answered."""


class Api:
    """One instance, one token."""

    def __init__(self, url: str, token: str) -> None:
        """``url`` without a path."""
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.mount(self._url, HTTPAdapter(max_retries=PATIENCE))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._session.close()

    def get(self, path: str, **query: str) -> Any:
        """The ``data`` of the answer. All of them raise SeedError on any status but 2xx."""
        return self._call("GET", path, params=query)

    def post(self, path: str, body: Any) -> Any:
        """Create one or, with a list, several; the ``data`` of the answer."""
        return self._call("POST", path, json=body)

    def patch(self, path: str, body: Any) -> Any:
        """Update one or, with a list of objects that carry their key, several."""
        return self._call("PATCH", path, json=body)

    def delete(self, path: str) -> None:
        """Remove one."""
        self._call("DELETE", path)

    def delete_all(self, path: str, keys: list[str]) -> None:
        """Remove the rows with these keys."""
        if keys:
            self._call("DELETE", path, json=keys)

    def upload(self, fields: dict[str, str], name: str, content: bytes, mime_type: str) -> Any:
        """``POST /files``; Directus wants the text fields before the file part."""
        return self._call("POST", "/files", data=fields, files={"file": (name, content, mime_type)})

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        response = self._session.request(
            method, f"{self._url}{path}", timeout=TIMEOUT_SECONDS, **arguments
        )
        if not response.ok:
            raise SeedError(f"{method} {path}: {response.status_code} {response.text[:2000]}")
        return response.json()["data"] if response.content else None
