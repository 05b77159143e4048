"""Reduces a source to the collections that were selected."""

from collections.abc import Collection
from dataclasses import replace

from sidecar.migration.instance.exclusion import without_tables
from sidecar.migration.instance.instance import Instance
from sidecar.resources.data_model import is_tracked


def reduce_to(source: Instance, names: Collection[str], destination: Instance) -> Instance:
    """The source with no other collections of the project than ``names`` and the groups that they
    lie in. Relations to the others stay if ``destination`` has these."""
    groups = {row["collection"]: (row.get("meta") or {}).get("group") for row in source.collections}
    kept = set(names)
    for name in names:
        while (group := groups.get(name)) and group not in kept:
            name = group
            if _is_folder(source, group):
                kept.add(group)
    others = {name for name in groups if not name.startswith("directus_")} - kept
    existing = {row["collection"] for row in destination.collections if is_tracked(row)}
    reduced = without_tables(source, others, others - existing)
    return replace(reduced, model=source.model.only(source.model.columns.keys() - others))


def _is_folder(source: Instance, collection: str) -> bool:
    return any(
        row["collection"] == collection and row.get("schema") is None for row in source.collections
    )
