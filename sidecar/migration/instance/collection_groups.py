"""Takes collections out of a description, and the others out of them: a collection may be the group
that others are in."""

from collections.abc import Collection, Iterable

from sidecar.directus.client import Row


def without_members(rows: Iterable[Row], names: Collection[str]) -> list[Row]:
    """The rows of ``/collections`` or of a snapshot without the collections ``names``.

    Directus does not create a collection inside of one that does not exist.
    """
    return [_without_group(row, names) for row in rows if row["collection"] not in names]


def _without_group(row: Row, names: Collection[str]) -> Row:
    meta = row.get("meta") or {}
    return {**row, "meta": {**meta, "group": None}} if meta.get("group") in names else row
