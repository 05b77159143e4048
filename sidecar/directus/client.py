"""The REST client for both sides: timeouts on every call, retries for named conditions only."""

import logging
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Self, TypeVar
from weakref import WeakMethod

import orjson
import requests
from urllib3.exceptions import HTTPError

from sidecar.cancellation import CancelToken
from sidecar.directus.answers import TOTAL_COUNT, counted_data_of, data_of, require_whole, translate
from sidecar.directus.availability import Availability
from sidecar.directus.deadline import Deadline
from sidecar.directus.error_answers import raise_for
from sidecar.directus.exchange import Exchange, is_description, max_bytes_of
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.directus.query import encode_query, kind_of, with_keys
from sidecar.directus.retry import HURRIED, LONG, RetryPolicy, retry
from sidecar.directus.row_answers import rows_in
from sidecar.directus.sessions import Sessions
from sidecar.errors import DirectusError, Overloaded

Row = dict[str, Any]
Answer = TypeVar("Answer")

PING, DIFF = "/server/ping", "/schema/diff"
READS = frozenset({"GET", "SEARCH"})
CONNECT_SECONDS = 10.0
MAX_TEXT_BYTES = 1024
JSON = {"Content-Type": "application/json"}
# Failures become errors here; urllib3 would also log a warning with a traceback.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class Directus:
    """A client for the Directus instance at ``url``, with a static admin ``token``. Thread-safe.

    ``retry_policy`` limits the tries of one request, and ``limiter`` the requests of all threads.
    No request lasts beyond the ``deadline``, and no answer takes more memory than it has left.
    ``cancel`` stops requests that wait or fail; ``interruptible`` sets it for a run. Every method
    that sends a request raises DirectusError, or Cancelled when ``cancel`` stops the run. Close the
    client after use, or use it as a context manager.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        retry_policy: RetryPolicy = LONG,
        limiter: AdaptiveLimiter | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.limiter = limiter or AdaptiveLimiter()
        self.availability = Availability()
        self._deadline = deadline or Deadline()
        self.cancel = CancelToken(partial(self._deadline.require_time, self.url))
        # Called before each request that may write. It may raise.
        self.before_write: Callable[[], None] = lambda: None
        # Makes another client, with connections and limits of its own. Shows no token.
        self.twin: Callable[..., Directus] = lambda **options: Directus(url, token, **options)
        self._retry_policy = retry_policy
        self._read_seconds = retry_policy.read_seconds
        self._sessions = Sessions(self.url, token)
        self._deadline.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that were kept for the next request."""
        self._sessions.close()

    def shorten_waits(self) -> None:
        """Hurry from now on: a cancelled run only restores the destination.

        A long Retry-After is ignored, and an instance that does not answer is given up soon.
        """
        self.limiter.shorten_waits()
        self._retry_policy = HURRIED

    @property
    def patience(self) -> str:
        """How long it is tried to reach the instance, in words."""
        policy = self._retry_policy
        if policy.outlasts_outages and self.availability.has_answered:
            return f"up to {policy.lost_seconds / 60:.0f} min"
        return f"up to {policy.attempts} tries"

    def abort(self) -> None:
        """Make all requests under way raise, except changes of the schema."""
        self._sessions.abort()

    def get(self, path: str, **params: Any) -> Any:
        """Return the ``data`` of a GET. Lists in ``params`` become comma lists, objects JSON."""
        return self.send("GET", path, params=params)

    def search(self, path: str, query: Mapping[str, Any]) -> list[Row]:
        """Return rows by the SEARCH method, or the SingletonRow of a singleton.

        Its ``query`` may be too long for a URL, and Directus never answers it from its cache.
        """
        return rows_in(self.send("SEARCH", path, body={"query": query}), self.url, path)

    def search_keys(self, path: str, keys: Sequence[Any], fields: Iterable[str]) -> list[Row]:
        """Return the rows that exist under these primary keys, in any order.

        A singleton ignores the keys, and answers a SingletonRow.
        """
        body = with_keys(path, keys, {"fields": list(fields), "limit": len(keys)})
        return rows_in(self.send("SEARCH", path, body=body), self.url, path)

    def search_and_count(
        self, path: str, query: Mapping[str, Any], keys: Sequence[Any] | None = None
    ) -> tuple[list[Row], int]:
        """Return rows as ``search`` does, or those under ``keys``, and how many there are in
        all."""
        counted = {**query, "meta": [TOTAL_COUNT]}
        body = {"query": counted} if keys is None else with_keys(path, keys, counted)
        data, count = self.send("SEARCH", path, body=body, read=counted_data_of)
        return rows_in(data, self.url, path), count

    def create(
        self,
        path: str,
        rows: Sequence[Row] | Row | bytes,
        *,
        fields: Iterable[str],
        repeatable: bool = True,
    ) -> Any:
        """POST ``rows`` (or their JSON), and return the ``fields`` of the created rows.

        Pass ``repeatable=False`` when the server assigns the key: the request is then tried again
        only if the server surely did not create the row.
        """
        params = {"fields": list(fields)}
        return self.send("POST", path, params=params, body=rows, repeatable=repeatable)

    def update(self, path: str, rows: Sequence[Row] | Row | bytes, *, fields: Iterable[str]) -> Any:
        """PATCH ``rows`` (or their JSON), and return the ``fields`` of the updated rows."""
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
        read: Callable[[requests.Response], Any] = data_of,
    ) -> Any:
        """Send one request, with retries, and return what ``read`` makes of its answer."""
        if body is not None and not isinstance(body, bytes):
            body = orjson.dumps(body)
        headers = JSON if body is not None else None
        arguments = {"params": params, "data": body, "headers": headers, "files": files}

        def ask() -> Any:
            return read(self._once(method, path, **arguments))

        once = partial(self._deadline.count, ask, self.url + path, is_kept=is_description(path))
        return self._retry(once, repeatable=repeatable)

    def is_reachable(self) -> bool:
        """Whether the instance answers a ping; there is no second try."""
        try:
            self._once("GET", PING)
        except DirectusError:
            return False
        return True

    def read_text(self, path: str) -> str:
        """Return the first MAX_TEXT_BYTES of a text answer, without surrounding white space."""
        with self._retry(lambda: self.open(path)) as response:
            try:
                content = next(response.iter_content(MAX_TEXT_BYTES), b"")
            except (requests.RequestException, HTTPError) as error:
                raise translate(error, self.url) from error
            if not content:
                require_whole(response)
            return content.decode(errors="replace").strip()

    def open(self, path: str) -> requests.Response:
        """GET a body as a stream, uncompressed; close the response after use.

        There are no retries here. The stream may also break while it is read, so the reader has to
        start over in any case.
        """
        return self._once("GET", path, headers={"Accept-Encoding": "identity"}, stream=True)

    def send_file(
        self, method: str, path: str, body: bytes | Callable[[], Iterable[bytes]], content_type: str
    ) -> Any:
        """Send ``body`` and return the ``data`` of the answer.

        Bytes are sent again only if the server was too busy to begin. A function is called when the
        request may be sent. Its stream can be read only once, so it is never sent again.
        """

        def once() -> Any:
            headers = {"Content-Type": content_type}
            return data_of(self._once(method, path, data=body, headers=headers))

        if not isinstance(body, bytes):
            return once()
        return self._retry(once, repeatable=False)

    def _retry(self, action: Callable[[], Answer], *, repeatable: bool = True) -> Answer:
        # stamina keeps what it is given until the garbage collector runs. So it gets no client.
        is_out = WeakMethod(self._is_out)
        return retry(
            action,
            self._retry_policy,
            repeatable=repeatable,
            is_out=lambda: bool((method := is_out()) and method()),
        )

    def _is_out(self) -> bool:
        """Whether an instance that has answered before does not even answer a ping now."""
        return self.availability.has_answered and not self.is_reachable()

    def _once(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """Send one request when the limiter allows it, and report the outcome to the limiter."""
        if method not in READS and path != DIFF:
            self.before_write()
        with self.limiter.slot(self.cancel):
            began = time.monotonic()
            with self.availability.request():
                response = self._request(method, path, **arguments)
                try:
                    raise_for(response)
                except DirectusError as error:
                    response.close()
                    if isinstance(error, Overloaded):
                        self.limiter.refused(error.retry_after)
                    raise
            body = arguments.get("data") or b""
            if arguments.get("stream") or not isinstance(body, bytes):
                self.limiter.streamed()
            else:
                size = len(body) + len(response.content)
                self.limiter.answered(kind_of(method, path), time.monotonic() - began, size)
        return response

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        stream: bool = False,
        **arguments: Any,
    ) -> requests.Response:
        # Whoever reads a stream knows how long it may be.
        max_bytes = math.inf if stream else max_bytes_of(method, path)
        until = self._deadline.ends_at
        exchange = Exchange(self._retry_policy, max_bytes, until, streamed=callable(data))
        try:
            with exchange.under_way():
                response = self._sessions.current().request(
                    method,
                    self.url + path,
                    params=encode_query(params or {}),
                    data=data() if callable(data) else data,
                    timeout=(self._deadline.shorten(CONNECT_SECONDS), self._read_seconds),
                    allow_redirects=False,
                    # The answer limits itself only when it is read as a stream.
                    stream=True,
                    **arguments,
                )
                if not stream:
                    # Reading it keeps it in the response.
                    _ = response.content
            return response
        # requests raises ValueError for an invalid URL, for example in a redirect.
        except (requests.RequestException, HTTPError, ValueError) as error:
            # The cause may be that the run was cancelled and its connections closed.
            self.cancel.check()
            raise translate(error, self.url) from error
