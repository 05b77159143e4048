"""Who somebody is in the source: a name for the records, a role for presets."""

from dataclasses import dataclass

from sidecar.directus.client import Directus
from sidecar.errors import DirectusRejected

FIELDS = ["first_name", "last_name", "email", "role.id", "role.name"]


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the source; without a role ``role`` is None."""

    id: str
    name: str = ""
    role: str | None = None
    role_name: str | None = None


def find_person(source: Directus, user: str) -> Person:
    """The user with the id ``user``; nameless when they are no more. Raises DirectusError."""
    try:
        row = source.get(f"/users/{user}", fields=FIELDS)
    except DirectusRejected as error:
        if error.status not in (403, 404):
            raise
        return Person(user)
    name = " ".join(part for part in (row["first_name"], row["last_name"]) if part)
    role = row["role"] or {"id": None, "name": None}
    return Person(user, name or row["email"] or "", role["id"], role["name"])
