"""Comments, shares and versions belong to items. Where a run does not move those, they have to be there already:
Directus takes the row of an administrator without a look."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sidecar.directus.pages import NUMERIC_KEYS
from sidecar.migration.plan import Plan
from sidecar.migration.reading import rows_at
from sidecar.migration.rows import MappedRow
from sidecar.resources.base import Resource
from sidecar.resources.system import SYSTEM


def bar_without_item(plan: Plan, resource: Resource, rows: list[MappedRow]) -> list[MappedRow]:
    """``rows``, those barred whose item is neither at the destination nor moved by this run. Reads only."""
    if resource.name not in SYSTEM:
        return rows
    for reference in resource.item_references:
        keys: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row.values[reference.item] is not None:
                keys[row.values[reference.collection]].add(str(row.values[reference.item]))
        missing = {(name, key) for name, wanted in keys.items() for key in wanted - _there(plan, name, sorted(wanted))}
        rows = [replace(row, barred=(*row.barred, reference.item))
                if (row.values[reference.collection], str(row.values[reference.item])) in missing else row
                for row in rows]
    return rows


def _there(plan: Plan, collection: str, keys: Sequence[str]) -> set[str]:
    """Those of ``keys`` that the destination has or will have."""
    if collection in plan.resources or collection not in plan.source.model.resources:
        return set(keys)
    target = plan.destination.model.resources.get(collection)
    if target is None:
        return set()
    wanted: list[Any] = [int(key) for key in keys] if target.key_type in NUMERIC_KEYS else list(keys)
    return {str(row[target.key]) for row in rows_at(plan.destination, target, wanted, [target.key]).values()}
