"""Says what to do when a Directus refuses what the check of a side asks."""

from sidecar.directus.client import Directus
from sidecar.errors import DirectusRejected, InvalidRequest, NotAuthenticated

REFUSED_TOKEN = frozenset(
    {"INVALID_CREDENTIALS", "INVALID_TOKEN", "TOKEN_EXPIRED", "USER_SUSPENDED"}
)
# From here on it is the server's own fault.
SERVER_ERROR = 500


def refusal(
    error: NotAuthenticated | DirectusRejected, client: Directus, side: str
) -> InvalidRequest:
    """What to do about ``error``, which ``client`` was answered."""
    field = f"{side}_token"
    if isinstance(error, NotAuthenticated) or error.code in REFUSED_TOKEN:
        message = (
            f"The {side} rejected the token; use the static token of an administrator "
            f"({error.message})"
        )
        return InvalidRequest(message, code="TOKEN_REFUSED", field=field)
    if error.status == 403:
        message = (
            f"The token of the {side} does not belong to an administrator, and a migration needs "
            "one"
        )
        return InvalidRequest(message, code="NOT_AN_ADMINISTRATOR", field=field)
    if error.status >= SERVER_ERROR:
        message = f"The {side} could not be checked: {error.message}"
        return InvalidRequest(message, code=f"{side.upper()}_UNREACHABLE", field=f"{side}_url")
    message = f"What answers at {client.url} is not a Directus: {error.message}"
    return InvalidRequest(message, code="NOT_A_DIRECTUS", field=f"{side}_url")
