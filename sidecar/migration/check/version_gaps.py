"""What one of two versions of Directus knows and the other does not: columns of system collections,
and words of metadata. Both sides are asked for what they know; whether the source uses it is
counted."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.check.scope import option_of, unknown_columns
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rest_reader import COUNTED_BY_READING
from sidecar.migration.schema.version_translation import METADATA, version_translation
from sidecar.resources.base import Column, Resource
from sidecar.resources.system import SYSTEM

DESCRIBED = ("collections", "fields")


@dataclass(frozen=True, slots=True)
class MissingColumn:
    """A ``column`` of a system collection that only one side has, and the ``default`` of it there;
    ``used`` counts the rows of the source that hold something else."""

    collection: str
    column: str
    default: Any
    used: int = 0

    @property
    def name(self) -> str:
        return f"{self.collection}.{self.column}"


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A ``word`` of the metadata of a collection, or of one of its fields, that the destination
    does not know."""

    collection: str
    field: str | None
    word: str
    value: Any

    @property
    def name(self) -> str:
        return self.collection if self.field is None else f"{self.collection}.{self.field}"


def dropped(resource: Resource, source: Instance, destination: Instance) -> list[MissingColumn]:
    """The columns of ``resource`` that the destination's version lacks; one request for each."""
    if resource.name not in SYSTEM or source.version == destination.version:
        return []
    columns, defaults = source.model.columns[resource.name], source.defaults(resource.name)
    return [
        MissingColumn(
            resource.name,
            name,
            defaults[name],
            _used(source, resource, columns[name], defaults[name]),
        )
        for name in unknown_columns(resource.name, source, destination)
    ]


def defaulted(resource: Resource, source: Instance, destination: Instance) -> list[MissingColumn]:
    """The columns that only the destination's version has: rows of ``resource`` get their default
    there."""
    about = SYSTEM.get(resource.name)
    if about is None or source.version == destination.version:
        return []
    defaults, own = destination.defaults(resource.name), destination.added_columns(resource.name)
    there = destination.model.columns[resource.name].keys() - own - about.stays - about.lost.keys()
    return [
        MissingColumn(resource.name, name, defaults[name])
        for name in sorted(there - source.model.columns[resource.name].keys())
    ]


def unknown_words(source: Instance, destination: Instance) -> Iterator[UnknownWord]:
    """Metadata that the destination has no word for, where it says something else than every fresh
    one does."""
    known = version_translation(source, destination)
    for part in DESCRIBED:
        defaults = source.defaults(METADATA[part])
        words = sorted(known.unknown_there(part)) if source.version != destination.version else []
        yield from (
            UnknownWord(row["collection"], row.get("field"), word, row["meta"][word])
            for row in source.snapshot[part]
            for word in words
            if row["meta"].get(word) not in (None, defaults.get(word))
        )


def requires_item(resource: Resource, source: Instance, destination: Instance) -> bool:
    """Whether the source's version may have rows that belong to no item, and the destination's
    takes none."""
    here, there = (side.model.columns.get(resource.name, {}) for side in (source, destination))
    names = [reference.item for reference in resource.item_references if resource.name in SYSTEM]
    return any(
        here[name].nullable and not there[name].nullable
        for name in names
        if name in here.keys() & there.keys()
    )


def chosen(source: Instance, options: Collection[str]) -> list[Resource]:
    """The system collections that ``options`` move."""
    return [
        resource
        for name, resource in source.model.resources.items()
        if name in SYSTEM and option_of(name) in (None, *options)
    ]


def _used(source: Instance, resource: Resource, column: Column, default: Any) -> int:
    if resource.name in COUNTED_BY_READING:
        return sum(
            row[column.name] not in (None, default)
            for page in source.rows.pages(resource, [resource.key, column.name])
            for row in page
        )
    is_set: Row = {column.name: {"_nnull": True}}
    # Documents can be asked for being there alone.
    if default is None or column.type == "json":
        return source.rows.count(resource, is_set)
    return source.rows.count(resource, {"_and": [is_set, {column.name: {"_neq": default}}]})
