"""Finds collections whose rows the two sides identify in different ways."""

from collections.abc import Iterator

from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import NUMBERS, Resource

DIFFERENT_KEYS = (
    "{}: its primary key is {} at the source and {} at the destination. A migration does not "
    "change how rows are identified. Give the collection the same primary key on both sides, or "
    "rename it on one"
)
TEXTS = frozenset({"string", "text", "uuid", "hash"})


def different_keys(source: Instance, destination: Instance) -> Iterator[str]:
    """Messages about collections with different primary keys, or with keys of different kinds."""
    for name, resource in sorted(source.model.resources.items()):
        existing = destination.model.resources.get(name)
        if existing is None or not resource.is_user_collection:
            continue
        if resource.key != existing.key or _kind(resource) != _kind(existing):
            yield DIFFERENT_KEYS.format(name, _described(resource), _described(existing))


def _kind(resource: Resource) -> str:
    if resource.key_type in NUMBERS:
        return "number"
    return "text" if resource.key_type in TEXTS else resource.key_type


def _described(resource: Resource) -> str:
    return f"{resource.key} ({resource.key_type})"
