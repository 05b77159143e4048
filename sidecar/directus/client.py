"""One client for both sides: a session a thread, timeouts on every call, retries of named
conditions."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import orjson
import requests
from urllib3.exceptions import HTTPError

from sidecar.directus.answers import data_of, raise_for, require_whole, rows_of, translate
from sidecar.directus.connections import Connections
from sidecar.directus.pace import AdaptiveLimiter
from sidecar.directus.retry import HURRIED, LONG, RetryPolicy, retry
from sidecar.errors import DirectusError, Overloaded

Row = dict[str, Any]
# These endpoints take no notice of ``keys``, and answer any rows; their keys are uuids in ``id``.
PASS_OVER_KEYS = frozenset(
    {"/users", "/roles", "/dashboards", "/panels", "/flows", "/operations", "/shares"}
)
PING = "/server/ping"
CONNECT_SECONDS = 10.0
JSON = {"Content-Type": "application/json"}
# It has to be known what became of a change of the schema before that can be put back.
NEVER_BROKEN_OFF = "/schema/apply"
# What goes wrong becomes an error here; its warnings come with a traceback.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class _Bearer(requests.auth.AuthBase):
    """The token as an auth object: a header alone would lose to an entry in ``~/.netrc``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Directus:
    """A Directus instance under ``url``, spoken to with a static admin ``token``. Safe to share by
    threads.

    ``patience`` bounds the tries of one request; ``pace`` lets all of them through. Every method
    raises DirectusError. Whoever makes many clients closes each of them, or uses it as a context
    manager.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        patience: RetryPolicy = LONG,
        pace: AdaptiveLimiter | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.pace = pace or AdaptiveLimiter()
        self._auth = _Bearer(token)
        self._patience = patience
        self._timeout = CONNECT_SECONDS, patience.read_seconds
        self._local = threading.local()
        # Sessions belong to a thread, connections to all of them.
        self._connections = Connections()
        self._lasting = Connections()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept for the next request."""
        self._connections.close()
        self._lasting.close()

    def shorten_waits(self) -> None:
        """From now on only what puts things back is asked: an instance that asks to wait is asked
        again soon all the same, and one that does not answer is given up soon."""
        self.pace.shorten_waits()
        self._patience = HURRIED

    def abort(self) -> None:
        """End all requests under way, which raise, except changes of the schema."""
        self._connections.abort()

    def get(self, path: str, **params: Any) -> Any:
        """The ``data`` of a GET; lists in ``params`` are sent with commas, objects as JSON."""
        return self.send("GET", path, params=params)

    def search(self, path: str, query: Mapping[str, Any]) -> list[Row]:
        """Rows by the SEARCH method: as GET, with a query that may be too long for an address, and
        never out of a cache."""
        return rows_of(self.send("SEARCH", path, body={"query": query}), self.url + path)

    def search_one(self, path: str, fields: Iterable[str]) -> Row:
        """The row of a singleton."""
        row = self.send("SEARCH", path, body={"query": {"fields": list(fields)}})
        return rows_of([row], self.url + path)[0]

    def search_keys(self, path: str, keys: Sequence[Any], fields: Iterable[str]) -> list[Row]:
        """Those of the rows with these primary keys that exist."""
        query = {"fields": list(fields), "limit": len(keys)}
        if path in PASS_OVER_KEYS:
            return self.search(path, {**query, "filter": {"id": {"_in": list(keys)}}})
        return rows_of(
            self.send("SEARCH", path, body={"keys": list(keys), "query": query}), self.url + path
        )

    def create(
        self,
        path: str,
        rows: Sequence[Row] | Row | bytes,
        *,
        fields: Iterable[str],
        repeatable: bool = True,
    ) -> Any:
        """POST ``rows`` (or their JSON), asking for the ``fields`` fields only.

        What is not ``repeatable``, as the server gives the key, is tried again only when it was
        surely not done.
        """
        return self.send(
            "POST", path, params={"fields": list(fields)}, body=rows, repeatable=repeatable
        )

    def update(self, path: str, rows: Sequence[Row] | Row | bytes, *, fields: Iterable[str]) -> Any:
        """PATCH ``rows`` (or their JSON), asking for the ``fields`` fields only."""
        return self.send("PATCH", path, params={"fields": list(fields)}, body=rows)

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        files: Mapping[str, Any] | None = None,
        repeatable: bool = True,
    ) -> Any:
        """One request, tried again where that is worth it; returns the answer's ``data``."""
        if body is not None and not isinstance(body, bytes):
            body = orjson.dumps(body)
        headers = JSON if body is not None else None

        def once() -> Any:
            return data_of(
                self._once(method, path, params=params, data=body, headers=headers, files=files)
            )

        return retry(once, self._patience, repeatable=repeatable)

    def is_there(self) -> bool:
        """Whether it answers, asked once."""
        try:
            self._once("GET", PING)
        except DirectusError:
            return False
        return True

    def read_text(self, path: str) -> str:
        """The beginning of the body of a GET that answers text, without surrounding white space."""
        with retry(lambda: self.open(path), self._patience) as response:
            try:
                content = next(response.iter_content(1024), b"")
            except (requests.RequestException, HTTPError) as error:
                raise translate(error, self.url) from error
            if not content:
                require_whole(response)
            return content.decode(errors="replace").strip()

    def open(self, path: str) -> requests.Response:
        """A GET whose body is left to be streamed, as it lies on the server; close it after use. It
        is not tried again here: it may break off while it is read as well, and who reads it begins
        anew."""
        return self._once("GET", path, headers={"Accept-Encoding": "identity"}, stream=True)

    def send_file(
        self, method: str, path: str, body: bytes | Callable[[], Iterable[bytes]], content_type: str
    ) -> Any:
        """One request that is not tried again unless the server was too busy to begin. A body that
        is a function is made when its turn has come, and can be gone through only once: it is never
        sent again here."""

        def once() -> Any:
            return data_of(
                self._once(method, path, data=body, headers={"Content-Type": content_type})
            )

        return retry(once, self._patience, repeatable=False) if isinstance(body, bytes) else once()

    def _once(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """One request when its turn has come; what becomes of it tells the pace how to go on."""
        with self.pace.slot():
            began = time.monotonic()
            response = self._request(method, path, **arguments)
            try:
                raise_for(response)
            except DirectusError as error:
                response.close()
                if isinstance(error, Overloaded):
                    self.pace.refused(error.retry_after)
                raise
            body = arguments.get("data") or b""
            if arguments.get("stream") or not isinstance(body, bytes):
                self.pace.streamed()
            else:
                size = len(body) + len(response.content)
                self.pace.answered(_kind(method, path), time.monotonic() - began, size)
        return response

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        **arguments: Any,
    ) -> requests.Response:
        try:
            return self._session().request(
                method,
                self.url + path,
                params=_encode(params or {}),
                data=data() if callable(data) else data,
                timeout=self._timeout,
                allow_redirects=False,
                **arguments,
            )
        # A ValueError is what requests has for addresses that are none, such as where an answer
        # redirects to.
        except (requests.RequestException, HTTPError, ValueError) as error:
            # It may be us who broke it off.
            self.pace.go_on()
            raise translate(error, self.url) from error

    @cached_property
    def _environment(self) -> Mapping[str, Any]:
        """Proxies and certificates of the environment: requests would look them up again for each
        request, and threads that ask for a page or two are many."""
        return requests.Session().merge_environment_settings(self.url, {}, None, None, None)

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = requests.Session()
            session.auth = self._auth
            session.trust_env = False
            session.proxies, session.verify = (
                self._environment["proxies"],
                self._environment["verify"],
            )
            # Directus answers a GET from its cache, which may be old, unless it is its own app that
            # asks, or is told.
            session.headers.update({"Referer": f"{self.url}/admin", "Cache-Control": "no-store"})
            for scheme in ("http://", "https://"):
                session.mount(scheme, self._connections)
            session.mount(self.url + NEVER_BROKEN_OFF, self._lasting)
            self._local.session = session
        found: requests.Session = self._local.session
        return found


def _kind(method: str, path: str) -> str:
    """Requests of one kind take a like time for a like size: the same collection, whatever the
    row."""
    first, *rest = path.strip("/").split("/")
    return f"{method} {first} {rest[0] if first == 'items' and rest else ''}"


def _encode(params: Mapping[str, Any]) -> dict[str, str]:
    return {name: _encode_one(value) for name, value in params.items()}


def _encode_one(value: Any) -> str:
    if isinstance(value, str):
        return value
    return ",".join(value) if isinstance(value, list | tuple) else orjson.dumps(value).decode()
