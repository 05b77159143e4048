"""One client for both sides: a session a thread, timeouts on every call, retries of named conditions."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
import requests
from urllib3.exceptions import HTTPError

from sidecar.directus.answers import data_of, raise_for, translate
from sidecar.directus.pace import Pace
from sidecar.directus.retry import LONG, Patience, tries
from sidecar.errors import Overloaded

Row = dict[str, Any]
# These endpoints take no notice of ``keys``, and answer any rows; their keys are uuids in ``id``.
PASS_OVER_KEYS = frozenset({"/users", "/roles", "/dashboards", "/panels", "/flows", "/operations", "/shares"})
CONNECT_SECONDS = 10.0
READ_SECONDS = 120.0
JSON = {"Content-Type": "application/json"}
CONNECTIONS = 64


class _Bearer(requests.auth.AuthBase):
    """The token as an auth object: a header alone would lose to an entry in ``~/.netrc``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Directus:
    """A Directus instance under ``url``, spoken to with a static admin ``token``. Safe to share by threads.

    ``patience`` bounds the tries of one request; ``pace`` lets all of them through. Every method raises DirectusError.
    """

    def __init__(self, url: str, token: str, *, patience: Patience = LONG, pace: Pace | None = None) -> None:
        self.url = url.rstrip("/")
        self.pace = pace or Pace()
        self._auth = _Bearer(token)
        self._patience = patience
        self._local = threading.local()
        # Sessions belong to a thread, connections to all of them.
        self._adapter = requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS)

    def get(self, path: str, **params: Any) -> Any:
        """The ``data`` of a GET; lists in ``params`` are sent with commas, objects as JSON."""
        return self.send("GET", path, params=params)

    def search(self, path: str, query: Mapping[str, Any]) -> list[Row]:
        """Rows by the SEARCH method: as GET, with a query that may be too long for an address."""
        rows: list[Row] = self.send("SEARCH", path, body={"query": query})
        return rows

    def search_keys(self, path: str, keys: Sequence[Any], fields: Iterable[str]) -> list[Row]:
        """Those of the rows with these primary keys that exist."""
        query = {"fields": list(fields), "limit": len(keys)}
        if path in PASS_OVER_KEYS:
            return self.search(path, {**query, "filter": {"id": {"_in": list(keys)}}})
        rows: list[Row] = self.send("SEARCH", path, body={"keys": list(keys), "query": query})
        return rows

    def create(self, path: str, rows: Sequence[Row] | Row | bytes, *, answer: Iterable[str],
               repeatable: bool = True) -> Any:
        """POST ``rows`` (or their JSON), asking for the ``answer`` fields only.

        What is not ``repeatable``, as the server gives the key, is tried again only when it was surely not done.
        """
        return self.send("POST", path, params={"fields": list(answer)}, body=rows, repeatable=repeatable)

    def update(self, path: str, rows: Sequence[Row] | Row | bytes, *, answer: Iterable[str]) -> Any:
        """PATCH ``rows`` (or their JSON), asking for the ``answer`` fields only."""
        return self.send("PATCH", path, params={"fields": list(answer)}, body=rows)

    def send(self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Any = None,
             files: Mapping[str, Any] | None = None, repeatable: bool = True) -> Any:
        """One request, tried again where that is worth it; returns the answer's ``data``."""
        if body is not None and not isinstance(body, bytes):
            body = orjson.dumps(body)
        headers = JSON if body is not None else None

        def once() -> Any:
            return data_of(self._once(method, path, params=params, data=body, headers=headers, files=files))

        return tries(once, self._patience, repeatable=repeatable)

    def read_text(self, path: str) -> str:
        """The beginning of the body of a GET that answers text, without surrounding white space."""
        with self.open(path) as response:
            return next(response.iter_content(1024), b"").decode(errors="replace").strip()

    def open(self, path: str) -> requests.Response:
        """A GET whose body is left to be streamed, as it lies on the server; close it after use."""
        headers = {"Accept-Encoding": "identity"}
        return tries(lambda: self._once("GET", path, headers=headers, stream=True), self._patience)

    def send_file(self, method: str, path: str, body: bytes | Callable[[], Iterable[bytes]], content_type: str) -> Any:
        """One request that is not tried again unless the server was too busy to begin. A body that is a function is
        made when its turn has come, and can be gone through only once: it is never sent again here."""
        def once() -> Any:
            return data_of(self._once(method, path, data=body, headers={"Content-Type": content_type}))

        return tries(once, self._patience, repeatable=False) if isinstance(body, bytes) else once()

    def _once(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """One request when its turn has come; what becomes of it tells the pace how to go on."""
        with self.pace.turn():
            began = time.monotonic()
            response = self._request(method, path, **arguments)
            try:
                raise_for(response)
            except Overloaded as error:
                self.pace.refused(error.retry_after)
                raise
            finally:
                if not response.ok:
                    response.close()
            body = arguments.get("data") or b""
            if arguments.get("stream") or not isinstance(body, bytes):
                self.pace.streamed()
            else:
                size = len(body) + len(response.content)
                self.pace.answered(_kind(method, path), time.monotonic() - began, size)
        return response

    def _request(self, method: str, path: str, *, params: Mapping[str, Any] | None = None, data: Any = None,
                 **arguments: Any) -> requests.Response:
        try:
            return self._session().request(
                method, self.url + path, params=_encode(params or {}), data=data() if callable(data) else data,
                timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, **arguments,
            )
        except (requests.RequestException, HTTPError, UnicodeError) as error:
            raise translate(error, self.url) from error

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = requests.Session()
            session.auth = self._auth
            session.mount(self.url, self._adapter)
            self._local.session = session
        found: requests.Session = self._local.session
        return found


def _kind(method: str, path: str) -> str:
    """Requests of one kind take a like time for a like size: the same collection, whatever the row."""
    first, *rest = path.strip("/").split("/")
    return f"{method} {first} {rest[0] if first == 'items' and rest else ''}"


def _encode(params: Mapping[str, Any]) -> dict[str, str]:
    return {name: _encode_one(value) for name, value in params.items()}


def _encode_one(value: Any) -> str:
    if isinstance(value, str):
        return value
    return ",".join(value) if isinstance(value, list | tuple) else orjson.dumps(value).decode()
