"""Finds references that point at nothing at the source.

Directus can know a relation that the database has no foreign key for. Directus creates it with one
at the destination, which refuses such references. SQLite and MySQL can also hold them in spite of a
foreign key, because anybody can switch it off. They become null.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sidecar.errors import DirectusRejected
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import Reference, Resource
from sidecar.resources.vendors import POSTGRES


@dataclass(frozen=True, slots=True)
class DanglingReferences:
    """The references of one column that point at no row of the collection ``target``."""

    collection: str
    column: str
    target: str
    nullable: bool
    # The rows with such a reference.
    rows: int
    # What they point at.
    keys: frozenset[Any]


def dangling_references(
    source: Instance, destination: Instance, resources: Collection[Resource]
) -> tuple[DanglingReferences, ...]:
    """The references of ``resources`` that point at nothing, where the destination will have a
    foreign key, and the source has none that always holds. Reads only. Raises DirectusError."""
    unsure = _unsure(source) - _unconstrained(destination.relations)
    asked = [
        (resource, reference)
        for resource in resources
        for reference in resource.references
        if (resource.name, reference.column) in unsure
    ]
    found = side_by_side(lambda pair: _count(source, *pair), asked)
    return tuple(dangling for dangling in found if dangling.rows)


def keys_by_target(
    references: Iterable[DanglingReferences],
) -> Mapping[str, frozenset[Any]]:
    """The keys that ``references`` point at, by collection. No row has them."""
    keys: dict[str, frozenset[Any]] = defaultdict(frozenset)
    for dangling in references:
        keys[dangling.target] |= dangling.keys
    return keys


def _unsure(source: Instance) -> set[tuple[str, str]]:
    """The fields with a relation that the database does not check, or has not always checked."""
    if source.vendor == POSTGRES:
        return _unconstrained(source.relations)
    return {
        (row["collection"], row["field"])
        for row in source.relations
        if row.get("related_collection") is not None and not (row.get("meta") or {}).get("system")
    }


def _unconstrained(relations: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """The fields with a relation that the database has no foreign key for."""
    return {
        (row["collection"], row["field"])
        for row in relations
        if row.get("schema") is None
        and row.get("related_collection") is not None
        and not (row.get("meta") or {}).get("system")
    }


def _count(source: Instance, resource: Resource, reference: Reference) -> DanglingReferences:
    key = source.resource(reference.target).key
    points_at_nothing = {reference.column: {key: {"_null": True}}}
    try:
        counted = source.rows.count_values(resource, [reference.column], points_at_nothing)
    except DirectusRejected:
        # The database cannot compare the column with the key, so it has no foreign key anywhere.
        counted = Counter()
    return DanglingReferences(
        resource.name,
        reference.column,
        reference.target,
        reference.nullable,
        sum(counted.values()),
        frozenset(value for (value,) in counted),
    )
