"""Presets of a destination in which runs keep notes: they belong to no user and no role.

Whoever may use the Data Studio can read such presets, but unless they were given more permissions,
only administrators can write them. The presets of other users are their own, and count for nothing
here.
"""

from sidecar.directus.client import Directus, Row

PATH = "/presets"


def read_ownerless(client: Directus, collection: str) -> list[Row]:
    """The presets of ``collection`` that belong to nobody, the oldest first. Raises
    DirectusError."""
    return client.search(
        PATH,
        {
            "filter": {
                "collection": {"_eq": collection},
                "user": {"_null": True},
                "role": {"_null": True},
            },
            "fields": ["id", "layout_options"],
            "sort": ["id"],
            "limit": -1,
        },
    )
