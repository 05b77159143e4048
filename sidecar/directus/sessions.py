"""The sessions of one client: one per thread, on connections that all threads share."""

import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import requests

from sidecar.directus.connections import Connections
from sidecar.masking import hide

# A change of the schema is never aborted: its outcome must be known before it can be undone.
NEVER_ABORTED = "/schema/apply"
# A load balancer sets one or two. They are kept, so that it may send us to the same node.
MAX_COOKIES = 20


class Sessions:
    """Sessions that send ``token`` to the instance at ``url``. Thread-safe."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._auth = _Bearer(token)
        hide(token, url)
        self._local = threading.local()
        self._connections = Connections()
        self._connections_for_schema = Connections()

    def current(self) -> requests.Session:
        """Return the session of the current thread."""
        if not hasattr(self._local, "session"):
            self._local.session = self._new()
        session: requests.Session = self._local.session
        if len(session.cookies) > MAX_COOKIES:
            session.cookies.clear()
        return session

    def close(self) -> None:
        """Close the connections that were kept for the next request."""
        self._connections.close()
        self._connections_for_schema.close()

    def abort(self) -> None:
        """Make all requests under way raise, except changes of the schema."""
        self._connections.abort()

    def _new(self) -> requests.Session:
        session = requests.Session()
        session.auth = self._auth
        session.trust_env = False
        session.proxies = self._environment["proxies"]
        session.verify = self._environment["verify"]
        # Without these, Directus may answer a GET from its cache, which may be stale. It skips the
        # cache for its own app.
        session.headers.update({"Referer": f"{self._url}/admin", "Cache-Control": "no-store"})
        for scheme in ("http://", "https://"):
            session.mount(scheme, self._connections)
        session.mount(self._url + NEVER_ABORTED, self._connections_for_schema)
        return session

    @cached_property
    def _environment(self) -> Mapping[str, Any]:
        """Proxies and certificates from the environment. requests would read them per request."""
        return requests.Session().merge_environment_settings(self._url, {}, None, None, None)


class _Bearer(requests.auth.AuthBase):
    """The token as an auth object. A plain header would lose to an entry in ``~/.netrc``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
