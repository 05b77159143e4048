"""Whether an instance may be used: as an administrator of the project that is meant."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import PING, Directus, Row
from sidecar.errors import (
    AddressForbidden,
    DirectusError,
    DirectusRejected,
    InvalidRequest,
    NotADirectus,
    NotAuthenticated,
    TlsFailed,
    TookTooLong,
    Unreachable,
)
from sidecar.migration.instance.instance import SNAPSHOT
from sidecar.migration.instance.refused_checks import refusal

PROJECT, ACCOUNT = "project:", "account:"


def check_access(
    client: Directus, side: str, begin_reading: Callable[[], None] | None = None
) -> Row:
    """Check that ``client`` reaches a Directus as an administrator; returns its schema snapshot.

    ``side`` is "source" or "destination". ``begin_reading`` is called before the snapshot is read,
    and may read what the token allows. Raises InvalidRequest that says what to do: the side is
    unreachable or no Directus, its certificate or the token is not accepted, or the token belongs
    to no administrator.
    """
    with refusing(client, side):
        _ping(client)
        client.get("/users/me", fields=["id"])
        if begin_reading:
            with parse_guard(client.url):
                begin_reading()
        snapshot: Row = client.get(SNAPSHOT)
        return snapshot


def check_answers(client: Directus, side: str) -> None:
    """Check that ``client`` reaches a Directus. Raises InvalidRequest as ``check_access`` does."""
    with refusing(client, side):
        _ping(client)


def project_of(client: Directus, side: str) -> str:
    """The identity of the project behind ``client``. Copies of a project share it.

    It is the project id. Before Directus 11.9 there is none, and it is the id of the token's
    account. Raises InvalidRequest as ``check_access`` does.
    """
    with refusing(client, side), parse_guard(client.url):
        if project := client.get("/settings").get("project_id"):
            return f"{PROJECT}{project}"
        return f"{ACCOUNT}{account_of(client)}"


def account_of(client: Directus) -> str:
    """The id of the user whose token ``client`` uses. Raises DirectusError."""
    return str(client.get("/users/me", fields=["id"])["id"])


def is_project(client: Directus, side: str, known: str) -> bool:
    """Whether the project behind ``client`` has the identity ``known``, from ``project_of``.

    It has, too, after an update of Directus, and with the token of another account. Raises
    InvalidRequest as ``check_access`` does.
    """
    if not known.startswith(ACCOUNT):
        return project_of(client, side) == known
    with refusing(client, side):
        keys = client.search_keys("/users", [known.removeprefix(ACCOUNT)], ["id"])
        return bool(keys)


@contextmanager
def refusing(client: Directus, side: str) -> Iterator[None]:
    """Turn errors of the block into an InvalidRequest that says what to do."""
    prefix = side.upper()
    field = f"{side}_url"
    try:
        yield
    except TlsFailed as error:
        message = f"{error.message}. Check the certificate of the {side}, or set REQUESTS_CA_BUNDLE"
        raise InvalidRequest(message, code=f"{prefix}_TLS_FAILED", field=field) from error
    except AddressForbidden as error:
        raise InvalidRequest(error.message, code=f"{prefix}_FORBIDDEN", field=field) from error
    except Unreachable as error:
        message = f"The {side} does not answer: {error.message}. Check the address and the network"
        raise InvalidRequest(message, code=f"{prefix}_UNREACHABLE", field=field) from error
    except NotADirectus as error:
        message = f"What answers at {client.url} is not a Directus: {error.message}"
        raise InvalidRequest(message, code="NOT_A_DIRECTUS", field=field) from error
    except (NotAuthenticated, DirectusRejected) as error:
        raise refusal(error, client, side) from error
    except TookTooLong:
        raise
    except DirectusError as error:
        message = f"The {side} could not be checked: {error.message}"
        raise InvalidRequest(message, code=f"{prefix}_UNREACHABLE", field=field) from error


def _ping(client: Directus) -> None:
    if client.read_text(PING) != "pong":
        raise NotADirectus(f"{PING} is not answered as Directus answers it")
