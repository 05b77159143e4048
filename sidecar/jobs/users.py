"""Users of the source: a name for the run records, a role for the presets."""

from dataclasses import dataclass

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus
from sidecar.errors import DirectusRejected
from sidecar.texts import plain

FIELDS = ["first_name", "last_name", "email", "role.id", "role.name"]


@dataclass(frozen=True, slots=True)
class User:
    """A user of the source."""

    id: str
    # Full name, else email address; "" if the user no longer exists.
    name: str = ""
    # The id of the role; None for a user without a role.
    role: str | None = None
    role_name: str | None = None


def read_user(source: Directus, user_id: str) -> User:
    """Read a user. One that no longer exists has an id only. Raises DirectusError."""
    try:
        row = source.get(f"/users/{user_id}", fields=FIELDS)
    except DirectusRejected as error:
        if error.status not in (403, 404):
            raise
        return User(user_id)
    with parse_guard(source.url):
        name = " ".join(part for part in (row["first_name"], row["last_name"]) if part)
        role = row["role"] or {"id": None, "name": None}
        return User(user_id, plain(name or row["email"] or ""), role["id"], role["name"])
