"""Rejects comments, shares and versions whose item is nowhere.

Directus accepts comments and shares from an administrator without checking the item. It refuses a
content version of an item that does not exist.
"""

from collections import defaultdict
from collections.abc import Sequence

from sidecar.migration.check.version_gaps import requires_item
from sidecar.migration.instance.existing_keys import existing_keys
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
    existing = _arriving if resource.name == VERSIONS else _announced
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


def _announced(run: Run, collection: str, keys: Sequence[str]) -> set[str]:
    """The ``keys`` that the destination has, and those of what moves, whether it exists or not."""
    if collection in run.plan.resources or collection not in run.source.model.resources:
        return set(keys)
    return existing_keys(run.destination, collection, keys)


def _arriving(run: Run, collection: str, keys: Sequence[str]) -> set[str]:
    """The ``keys`` that the destination has, and those of source rows that arrive."""
    existing = existing_keys(run.destination, collection, keys)
    if collection not in run.plan.resources:
        return existing
    at_source = existing_keys(run.source, collection, sorted({*keys} - existing))
    return existing | (at_source - run.refused.among(collection, at_source))
