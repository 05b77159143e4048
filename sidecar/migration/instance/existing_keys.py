"""Looks up which keys a side has."""

from collections.abc import Sequence

from sidecar.errors import DirectusRejected
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import keys_from_text


def existing_keys(side: Instance, collection: str, keys: Sequence[str]) -> set[str]:
    """The ``keys`` that ``side`` has. A database refuses a text that cannot be a key, with those
    beside it."""
    target = side.model.resources.get(collection)
    if target is None or not keys:
        return set()
    try:
        rows = side.rows.by_key(target, keys_from_text(target, keys), [target.key])
    except DirectusRejected:
        half = len(keys) // 2
        if half == 0:
            return set()
        return existing_keys(side, collection, keys[:half]) | existing_keys(
            side, collection, keys[half:]
        )
    return {str(row[target.key]) for row in rows.values()}
