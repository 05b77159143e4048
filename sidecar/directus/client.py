"""One client for both sides: a session a thread, timeouts on every call, retries of named conditions."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
import requests
import stamina
from urllib3.exceptions import HTTPError

from sidecar.directus.answers import data_of, raise_for, translate
from sidecar.directus.retry import ATTEMPTS, TOTAL_SECONDS, when_refused, when_to_retry

Row = dict[str, Any]
# These endpoints take no notice of ``keys``, and answer any rows; their keys are uuids in ``id``.
PASS_OVER_KEYS = frozenset({"/users", "/roles", "/dashboards", "/panels", "/flows", "/operations", "/shares"})
CONNECT_SECONDS = 10.0
READ_SECONDS = 120.0
JSON = {"Content-Type": "application/json"}


class _Bearer(requests.auth.AuthBase):
    """The token as an auth object: a header alone would lose to an entry in ``~/.netrc``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Directus:
    """A Directus instance under ``url``, spoken to with a static admin ``token``. Safe to share by threads.

    ``attempts`` bounds the tries of one request. Every method raises DirectusError.
    """

    def __init__(self, url: str, token: str, *, attempts: int = ATTEMPTS) -> None:
        self.url = url.rstrip("/")
        self._auth = _Bearer(token)
        self._attempts = attempts
        self._local = threading.local()

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
        params = {"fields": list(answer)}
        return self.send("POST", path, params=params, body=rows, when=when_to_retry if repeatable else when_refused)

    def update(self, path: str, rows: Sequence[Row] | Row | bytes, *, answer: Iterable[str]) -> Any:
        """PATCH ``rows`` (or their JSON), asking for the ``answer`` fields only."""
        return self.send("PATCH", path, params={"fields": list(answer)}, body=rows)

    def send(self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Any = None,
             files: Mapping[str, Any] | None = None,
             when: Callable[[Exception], bool | float] = when_to_retry) -> Any:
        """One request, tried again where ``when`` says that is worth it; returns the answer's ``data``."""
        if body is not None and not isinstance(body, bytes):
            body = orjson.dumps(body)
        headers = JSON if body is not None else None
        for attempt in stamina.retry_context(on=when, attempts=self._attempts, timeout=TOTAL_SECONDS):
            with attempt:
                return data_of(self._once(method, path, params=params, data=body, headers=headers, files=files))
        raise AssertionError("unreachable: retry_context returns or raises")

    def read_text(self, path: str) -> str:
        """The beginning of the body of a GET that answers text, without surrounding white space."""
        with self.open(path) as response:
            return next(response.iter_content(1024), b"").decode(errors="replace").strip()

    def open(self, path: str) -> requests.Response:
        """A GET whose body is left to be streamed, as it lies on the server; close it after use."""
        for attempt in stamina.retry_context(on=when_to_retry, attempts=self._attempts, timeout=TOTAL_SECONDS):
            with attempt:
                response = self._once("GET", path, headers={"Accept-Encoding": "identity"}, stream=True)
                try:
                    raise_for(response)
                except Exception:
                    response.close()
                    raise
                return response
        raise AssertionError("unreachable: retry_context returns or raises")

    def send_stream(self, method: str, path: str, body: Any, content_type: str) -> Any:
        """One request with a body that can be read only once, hence never tried again here."""
        return data_of(self._once(method, path, data=body, headers={"Content-Type": content_type}))

    def _once(self, method: str, path: str, *, params: Mapping[str, Any] | None = None,
              **arguments: Any) -> requests.Response:
        try:
            return self._session().request(
                method, self.url + path, params=_encode(params or {}), timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False, **arguments,
            )
        except (requests.RequestException, HTTPError, UnicodeError) as error:
            raise translate(error, self.url) from error

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.auth = self._auth
        session: requests.Session = self._local.session
        return session


def _encode(params: Mapping[str, Any]) -> dict[str, str]:
    return {name: _encode_one(value) for name, value in params.items()}


def _encode_one(value: Any) -> str:
    if isinstance(value, str):
        return value
    return ",".join(value) if isinstance(value, list | tuple) else orjson.dumps(value).decode()
