"""Rejects comments, shares and versions whose item is nowhere.

Directus accepts comments and shares from an administrator without checking the item. It refuses a
content version of an item that does not exist.
"""

from collections import defaultdict
from collections.abc import Sequence

from sidecar.errors import DirectusRejected
from sidecar.migration.check.version_gaps import requires_item
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import keys_from_text
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.plan.run import Run
from sidecar.resources.base import VERSIONS, Resource
from sidecar.resources.system import SYSTEM


def reject_orphans(run: Run, resource: Resource, rows: list[MappedRow]) -> list[MappedRow]:
    """``rows``. A row becomes barred when its item neither exists at the destination nor moves in
    this run, or when it has none and the destination's version requires one. Reads only."""
    if resource.name not in SYSTEM:
        return rows
    required = requires_item(resource, run.source, run.destination)
    existing = _really_existing if resource.name == VERSIONS else _existing
    for reference in resource.item_references:
        keys: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row.values[reference.item] is not None:
                keys[row.values[reference.collection]].add(str(row.values[reference.item]))
        missing = {
            (name, key)
            for name, referenced in keys.items()
            for key in referenced - existing(run, name, sorted(referenced))
        }
        rows = [
            row._replace(barred=(*row.barred, reference.item))
            if (row.values[reference.collection], str(row.values[reference.item])) in missing
            or (required and row.values[reference.item] is None)
            else row
            for row in rows
        ]
    return rows


def _existing(run: Run, collection: str, keys: Sequence[str]) -> set[str]:
    """The ``keys`` that the destination has or will have, if all that moves exists."""
    if collection in run.plan.resources or collection not in run.source.model.resources:
        return set(keys)
    return _found(run.destination, collection, keys)


def _really_existing(run: Run, collection: str, keys: Sequence[str]) -> set[str]:
    """The ``keys`` that the destination has or will have."""
    existing = _found(run.destination, collection, keys)
    if collection not in run.plan.resources:
        return existing
    return existing | _found(run.source, collection, sorted({*keys} - existing))


def _found(side: Instance, collection: str, keys: Sequence[str]) -> set[str]:
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
        return _found(side, collection, keys[:half]) | _found(side, collection, keys[half:])
    return {str(row[target.key]) for row in rows.values()}
