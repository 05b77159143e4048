"""Authentication: a caller must know the shared secret, and is then trusted to name the user."""

import hmac
import uuid

from flask import g, request

from sidecar.address import is_address
from sidecar.errors import InvalidRequest

OPEN_ENDPOINTS = frozenset({"health.Health", "metrics.Metrics"})


class Admission:
    """A ``before_request`` hook: requires the shared secret and stores the user in ``g``."""

    def __init__(self, *secrets: str) -> None:
        """Any of ``secrets`` is accepted: there are two while the secret is changed."""
        self._expected = [f"Bearer {secret}".encode() for secret in secrets]

    def __call__(self) -> None:
        if request.endpoint in OPEN_ENDPOINTS:
            return
        given = request.headers.get("Authorization", "").encode()
        if not any(hmac.compare_digest(given, expected) for expected in self._expected):
            message = (
                "The shared secret is wrong. MIGRATION_SIDECAR_SECRET must be the same in "
                "Directus and in the sidecar"
            )
            raise InvalidRequest(message, code="UNAUTHORIZED", status=401)
        g.user = _user(request.headers.get("X-Migration-User", ""))
        g.public_url = _public_url(request.headers.get("X-Migration-Public-URL", ""))


def _user(value: str) -> str:
    try:
        return str(uuid.UUID(value))
    except ValueError as error:
        message = "X-Migration-User is not the id of a Directus user"
        raise InvalidRequest(message, code="USER_MISSING", status=401) from error


def _public_url(value: str) -> str:
    return value.rstrip("/") if is_address(value) else ""
