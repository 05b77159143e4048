"""Resources of system collections, with the references that a test is about."""

from sidecar.resources.base import Reference, Resource
from sidecar.resources.system import SYSTEM


def system_resource(name: str, **references: str) -> Resource:
    """The system collection ``name``; ``references`` are its columns with their targets."""
    targets = tuple(Reference(column, target) for column, target in references.items())
    return Resource(
        name, name, "/x", "id", "uuid", ("id", *references), targets, rules=SYSTEM[name]
    )
