"""Completes an address that was entered without http:// or https://.

It is https, unless the host is private and only http answers there. A token is never sent to find
out.
"""

from sidecar.address import host_of, is_address, names_host
from sidecar.directus.client import PING, Directus
from sidecar.directus.deadline import Deadline
from sidecar.directus.retry import ONCE
from sidecar.errors import DirectusError
from sidecar.hosts import AllowedHosts, is_forbidden, is_private

# Somebody waits, and it is asked twice.
PING_SECONDS = 5.0
SECURE, PLAIN = "https://", "http://"


def with_scheme(url: str, allowed: AllowedHosts) -> str:
    """``url`` as it is, or with the scheme under which its Directus answers.

    Sends a request only to a private host that ``allowed`` permits. What names no host stays as it
    is.
    """
    text = url.strip()
    secure = SECURE + text
    if "://" in text or not is_address(secure) or not names_host(text):
        return url
    if is_forbidden(secure) or not allowed.allow(secure) or not is_private(host_of(secure)):
        return secure
    plain = PLAIN + text
    return plain if not _answers(secure) and _answers(plain) else secure


def _answers(url: str) -> bool:
    base = url.rstrip("/").removesuffix("/admin")
    try:
        with Directus(base, "", retry_policy=ONCE, deadline=Deadline(PING_SECONDS)) as instance:
            return instance.read_text(PING) == "pong"
    except DirectusError:
        return False
