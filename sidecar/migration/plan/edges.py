"""What has to be at the destination before the rows of a resource."""

from collections.abc import Iterator, Mapping

from sidecar.migration.instance.instance import Instance
from sidecar.migration.plan.load_order import Edge
from sidecar.resources.base import Resource
from sidecar.resources.system import SERVER_ASSIGNED_KEYS


def edges_of(resources: Mapping[str, Resource], destination: Instance) -> list[Edge]:
    """What has to be there first. Comments, shares and versions of items come after all items, and
    any-to-many after those of its targets that get their keys from the destination."""
    items = [resource.name for resource in resources.values() if resource.is_user_collection]
    return [
        *(
            Edge(resource.name, ref.target, ref.column, ref.nullable)
            for resource in resources.values()
            for ref in resource.references
        ),
        *_foreign_keys(resources, destination),
        *(
            Edge(resource.name, item, reference.item, nullable=False)
            for resource in resources.values()
            if resource.name not in items
            for reference in resource.item_references
            for item in items
        ),
        *(
            Edge(resource.name, target, reference.item, reference.nullable)
            for resource in resources.values()
            for reference in resource.item_references
            for target in reference.targets
            if target in SERVER_ASSIGNED_KEYS
        ),
    ]


def _foreign_keys(resources: Mapping[str, Resource], destination: Instance) -> Iterator[Edge]:
    """Foreign keys that Directus cannot create. They count only where the destination has them."""
    existing = {
        (row["collection"], row["field"], row["schema"].get("foreign_key_table"))
        for row in destination.relations
        if row.get("schema")
    }
    for resource in resources.values():
        for key in resource.foreign_keys:
            # A key cannot be left out of the first write to break a circle.
            if key.column == resource.key and _refers(resources.get(key.target), resource.name):
                continue
            if (resource.name, key.column, key.target) in existing:
                yield Edge(resource.name, key.target, key.column, key.nullable)


def _refers(resource: Resource | None, target: str) -> bool:
    return resource is not None and any(ref.target == target for ref in resource.references)
