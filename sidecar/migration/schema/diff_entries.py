"""The entries of a schema diff, as ``/schema/diff`` returns them.

An entry names a collection, or a field or relation of one, and lists its changes. A change without
a path creates or deletes the whole thing.
"""

from sidecar.directus.client import Row

# Kinds of changes.
DELETED, NEW, EDITED = "D", "N", "E"


def creates(entry: Row) -> bool:
    """Whether the entry creates a collection, field or relation."""
    return _is_whole(entry, NEW)


def creates_folder(entry: Row) -> bool:
    """Whether the entry creates a collection that has no table and only groups others."""
    return creates(entry) and entry["diff"][0]["rhs"].get("schema") is None


def deletes(entry: Row) -> bool:
    """Whether the entry deletes a collection, field or relation."""
    return _is_whole(entry, DELETED)


def label_of(entry: Row) -> str:
    """The name of the entry: ``posts`` or ``posts.title``."""
    return ".".join(str(entry[part]) for part in ("collection", "field") if part in entry)


def _is_whole(entry: Row, kind: str) -> bool:
    first = entry["diff"][0]
    return bool(first["kind"] == kind and not first.get("path"))
