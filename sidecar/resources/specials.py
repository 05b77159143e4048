"""The specials of a field: words of its metadata that tell Directus how to treat its values."""

from sidecar.directus.client import Row


def specials_of(field: Row | None) -> list[str]:
    """The specials of a field, as ``/fields`` and snapshots describe it."""
    return ((field or {}).get("meta") or {}).get("special") or []
