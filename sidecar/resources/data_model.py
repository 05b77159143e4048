"""Builds the resources of an instance from its own description: collections, fields and relations."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sidecar.directus.client import Row
from sidecar.resources.base import FILES, FOLDERS, ROLES, USERS, Column, Reference, Resource, system_path
from sidecar.resources.files import KINDS, STAYS

TYPES_WITHOUT_COLUMN = frozenset({"alias", "unknown"})
SPECIAL_TARGETS = {"user-created": USERS, "user-updated": USERS, "role-created": ROLES, "role-updated": ROLES}


@dataclass(frozen=True, slots=True)
class DataModel:
    """The tables of an instance: ``resources`` by collection, ``columns`` by collection and then by name."""

    resources: dict[str, Resource]
    columns: dict[str, dict[str, Column]]


def build_data_model(collections: Sequence[Row], fields: Sequence[Row], relations: Sequence[Row]) -> DataModel:
    """From the answers of ``/collections``, ``/fields`` and ``/relations``; user collections, folders and files.

    Only tables that Directus tracks (they have ``meta``) and that have a primary key become resources.
    """
    columns = _columns(fields)
    keys = {field["collection"]: field for field in fields if (field.get("schema") or {}).get("is_primary_key")}
    references = _references(relations, columns)
    resources = {}
    for collection in collections:
        name = collection["collection"]
        if name in keys and (is_tracked(collection) or name in (FOLDERS, FILES)):
            resources[name] = _resource(name, collection, keys[name], columns[name], references[name])
    return DataModel(resources, columns)


def untracked_tables(collections: Iterable[Row]) -> list[str]:
    """Tables that Directus shows but does not track: they are in no snapshot and cannot be migrated."""
    return sorted(c["collection"] for c in collections if c.get("meta") is None and c.get("schema") is not None)


def is_tracked(collection: Row) -> bool:
    """Whether this is a table of the project's own that Directus tracks."""
    own = not collection["collection"].startswith("directus_")
    return own and collection.get("schema") is not None and collection.get("meta") is not None


def _columns(fields: Sequence[Row]) -> dict[str, dict[str, Column]]:
    columns: dict[str, dict[str, Column]] = defaultdict(dict)
    for field in fields:
        schema = field.get("schema")
        if schema is None or schema.get("is_generated") or field["type"] in TYPES_WITHOUT_COLUMN:
            continue
        special = frozenset((field.get("meta") or {}).get("special") or ())
        column = Column(field["field"], field["type"], bool(schema.get("is_nullable", True)), special)
        columns[field["collection"]][column.name] = column
    return columns


def _references(relations: Sequence[Row], columns: dict[str, dict[str, Column]]) -> dict[str, list[Reference]]:
    """Foreign keys by collection: those of the relations, and the authorship fields that have no relation."""
    targets: dict[tuple[str, str], str] = {}
    for collection, own in columns.items():
        for column in own.values():
            for special in column.special & SPECIAL_TARGETS.keys():
                targets[collection, column.name] = SPECIAL_TARGETS[special]
    for relation in relations:
        if relation.get("related_collection"):
            targets[relation["collection"], relation["field"]] = relation["related_collection"]
    references: dict[str, list[Reference]] = defaultdict(list)
    for (collection, name), target in sorted(targets.items()):
        if found := columns.get(collection, {}).get(name):
            references[collection].append(Reference(name, target, found.nullable))
    return references


def _resource(name: str, collection: Row, key: Row, columns: dict[str, Column],
              references: list[Reference]) -> Resource:
    stays = STAYS.get(name, frozenset())
    travels = {column.name: column for column in columns.values() if column.name not in stays}
    return Resource(
        name=name,
        kind=KINDS.get(name, "content"),
        path=system_path(name) if name in KINDS else f"/items/{name}",
        key=key["field"],
        key_type=key["type"],
        columns=tuple(column.name for column in travels.values() if not column.masked),
        references=tuple(reference for reference in references if reference.column in travels),
        masked=tuple(column.name for column in travels.values() if column.masked),
        invented=tuple(column.name for column in travels.values()
                       if "uuid" in column.special and column.name != key["field"]),
        documents=tuple(column.name for column in travels.values() if column.type == "json"),
        singleton=bool((collection.get("meta") or {}).get("singleton")),
    )
