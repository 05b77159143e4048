"""The rows in an answer."""

from typing import Any

from sidecar.directus.answers import rows_of

ITEMS = "/items/"


class SingletonRow(list[dict[str, Any]]):
    """The answer of a singleton: one row, of as many as it may have."""


def rows_in(data: Any, url: str, path: str) -> list[dict[str, Any]]:
    """Return the rows in ``data``, which ``path`` of the instance at ``url`` has answered. Raises
    NotADirectus."""
    if isinstance(data, dict) and path.startswith(ITEMS):
        return SingletonRow([data])
    return rows_of(data, url + path)
