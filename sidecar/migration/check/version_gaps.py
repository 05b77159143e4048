"""What one of two versions of Directus has and the other lacks: columns of system collections, and
properties in the metadata of collections and fields.

Both sides describe what they have. The sidecar counts what the source uses.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.check.scope import part_of, unknown_columns
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rest_reader import COUNTED_BY_READING
from sidecar.migration.schema.version_translation import METADATA, version_translation
from sidecar.resources.base import Column, Resource
from sidecar.resources.system import SYSTEM

DESCRIBED = ("collections", "fields")


@dataclass(frozen=True, slots=True)
class MissingColumn:
    """A column of a system collection that only one side has."""

    collection: str
    column: str
    # Its default on the side that has it.
    default: Any
    # Rows of the source with another value. 0: none, or only the destination has the column.
    used: int = 0

    @property
    def name(self) -> str:
        return f"{self.collection}.{self.column}"


@dataclass(frozen=True, slots=True)
class UnknownProperty:
    """A property of a collection or field that is set at the source, and that the destination's
    version does not have."""

    collection: str
    # None: it is a property of the collection.
    field: str | None
    name: str
    value: Any

    @property
    def owner(self) -> str:
        """The collection or field, as ``posts`` or ``posts.title``."""
        return self.collection if self.field is None else f"{self.collection}.{self.field}"


def columns_missing_at_destination(
    resource: Resource, source: Instance, destination: Instance
) -> list[MissingColumn]:
    """The columns of ``resource`` that the destination's version lacks.

    Sends a request for each. Raises DirectusError.
    """
    if resource.name not in SYSTEM or source.version == destination.version:
        return []
    columns, defaults = source.model.columns[resource.name], source.defaults(resource.name)
    return [
        MissingColumn(
            resource.name,
            name,
            defaults[name],
            _count_used(source, resource, columns[name], defaults[name]),
        )
        for name in unknown_columns(resource.name, source, destination)
    ]


def columns_missing_at_source(
    resource: Resource, source: Instance, destination: Instance
) -> list[MissingColumn]:
    """The columns of ``resource`` that the source's version lacks. Migrated rows get the default.

    Sends nothing.
    """
    rules = SYSTEM.get(resource.name)
    if rules is None or source.version == destination.version:
        return []
    added = destination.added_columns(resource.name)
    names = (
        destination.model.columns[resource.name].keys() - added - rules.stays - rules.lost.keys()
    )
    defaults = destination.defaults(resource.name)
    return [
        MissingColumn(resource.name, name, defaults[name])
        for name in sorted(names - source.model.columns[resource.name].keys())
    ]


def unknown_properties(source: Instance, destination: Instance) -> Iterator[UnknownProperty]:
    """The properties that the destination's version lacks and that the source has set to something
    else than the default. Sends nothing."""
    if source.version == destination.version:
        return
    translation = version_translation(source, destination)
    for part in DESCRIBED:
        defaults = source.defaults(METADATA[part])
        names = sorted(translation.unknown_at_destination(part))
        yield from (
            UnknownProperty(row["collection"], row.get("field"), name, row["meta"][name])
            for row in source.snapshot[part]
            for name in names
            if row["meta"].get(name) not in (None, defaults.get(name))
        )


def requires_item(resource: Resource, source: Instance, destination: Instance) -> bool:
    """Whether rows of ``resource`` must belong to an item at the destination, but not at the
    source."""
    source_columns, destination_columns = (
        side.model.columns.get(resource.name, {}) for side in (source, destination)
    )
    names = [reference.item for reference in resource.item_references if resource.name in SYSTEM]
    return any(
        source_columns[name].nullable and not destination_columns[name].nullable
        for name in names
        if name in source_columns.keys() & destination_columns.keys()
    )


def system_resources(source: Instance, parts: Collection[str]) -> list[Resource]:
    """The system collections of ``parts``."""
    return [
        resource
        for name, resource in source.model.resources.items()
        if name in SYSTEM and part_of(name) in parts
    ]


def _count_used(source: Instance, resource: Resource, column: Column, default: Any) -> int:
    """The rows of the source with a value that is neither null nor the default."""
    if resource.name in COUNTED_BY_READING:
        return sum(
            row[column.name] not in (None, default)
            for page in source.rows.pages(resource, [resource.key, column.name])
            for row in page
        )
    is_set: Row = {column.name: {"_nnull": True}}
    # Directus cannot filter JSON by value, only by null.
    if default is None or column.type == "json":
        return source.rows.count(resource, is_set)
    return source.rows.count(resource, {"_and": [is_set, {column.name: {"_neq": default}}]})
