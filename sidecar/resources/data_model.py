"""Builds the resources of an instance from its own description: collections, fields and
relations."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sidecar.directus.client import Row
from sidecar.resources.base import (
    FILES,
    ROLES,
    USERS,
    Column,
    ItemReference,
    Reference,
    Resource,
    SystemCollection,
    items_path,
    system_path,
)
from sidecar.resources.model import DataModel
from sidecar.resources.plain_relations import PlainRelation, plain_relations
from sidecar.resources.specials import specials_of
from sidecar.resources.system import SYSTEM

TYPES_WITHOUT_COLUMN = frozenset({"alias", "unknown"})
# Directus finds rows only under texts and numbers. It shows values of these types in another form,
# and money as a text.
TYPES_WITHOUT_LOOK_UP = frozenset({"json", "binary", "boolean"})
DATA_TYPES_WITHOUT_LOOK_UP = frozenset({"interval", "point", "polygon", "bytea", "money"})
# Of a system collection Directus stores these on update only, and sets them itself on create.
SET_ON_CREATE = frozenset({"user-created", "date-created", "role-created"})
SPECIAL_TARGETS = {
    "user-created": USERS,
    "user-updated": USERS,
    "role-created": ROLES,
    "role-updated": ROLES,
}


def build_data_model(
    collections: Sequence[Row], fields: Sequence[Row], relations: Sequence[Row]
) -> DataModel:
    """From the answers of ``/collections``, ``/fields`` and ``/relations``.

    Only tables that Directus tracks (they have ``meta``) and that have a primary key of one column,
    of a type that it knows, become resources, and of the system collections those that can be
    moved.
    """
    columns = _columns(fields)
    keys = _keys(fields)
    plain = plain_relations(collections, fields, relations)
    references = _references(relations, columns, plain)
    foreign_keys = _foreign_keys(columns, plain)
    hidden = {*inactive_tables(collections), *ignored_tables(collections)}
    keyless = set()
    any_to_many = _any_to_many(relations, columns)
    resources = {}
    for collection in collections:
        name = collection["collection"]
        if not (is_tracked(collection) or name in SYSTEM) or name in hidden:
            continue
        if name in keys and _finds_rows(keys[name], columns[name]):
            build = _system_resource if name in SYSTEM else _user_resource
            resource = build(name, keys[name], columns[name], references[name])
            singleton = bool((collection.get("meta") or {}).get("singleton"))
            items = [
                one
                for one in any_to_many[name]
                if {one.collection, one.item} <= {*resource.columns}
            ]
            resources[name] = replace(
                resource,
                item_references=(*resource.item_references, *items),
                foreign_keys=tuple(foreign_keys[name]),
                singleton=singleton,
            )
        elif is_tracked(collection):
            keyless.add(name)
    return DataModel(resources, columns, frozenset(keyless), plain)


def untracked_tables(collections: Iterable[Row]) -> list[str]:
    """Tables that Directus shows but does not track. No snapshot has them, so they do not
    travel."""
    return sorted(
        c["collection"]
        for c in collections
        if c.get("meta") is None and c.get("schema") is not None
    )


def inactive_tables(collections: Iterable[Row]) -> list[str]:
    """Tracked tables that somebody has deactivated. From version 12 on, Directus shows none of
    their rows."""
    return sorted(
        c["collection"]
        for c in collections
        if is_tracked(c) and c["meta"].get("status", "active") != "active"
    )


def ignored_tables(collections: Iterable[Row]) -> list[str]:
    """Tracked tables with a space or a dot in their name, whose rows Directus cannot show.

    It leaves out names with a space (``getSchema`` in ``@directus/api``), and takes what is before
    a dot for a schema.
    """
    return sorted(
        c["collection"] for c in collections if is_tracked(c) and {" ", "."} & {*c["collection"]}
    )


def is_tracked(collection: Row) -> bool:
    """Whether this is a table of the project that Directus tracks."""
    is_user_collection = not collection["collection"].startswith("directus_")
    return (
        is_user_collection
        and collection.get("schema") is not None
        and collection.get("meta") is not None
    )


def column_of(field: Row) -> Column:
    """The column of a field, as ``/fields`` and snapshots describe it."""
    schema = field["schema"]
    special = frozenset(specials_of(field))
    return Column(
        field["field"],
        field["type"],
        bool(schema.get("is_nullable", True)),
        special,
        data_type=str(schema.get("data_type") or ""),
        size=schema.get("max_length"),
        precision=schema.get("numeric_precision"),
        scale=schema.get("numeric_scale"),
        unique=bool(schema.get("is_unique") or schema.get("is_primary_key")),
        required=_is_required(schema, special),
    )


def _is_required(schema: Row, special: Collection[str]) -> bool:
    """As Directus decides it (``processPayload`` in ``@directus/api``)."""
    has_value = schema.get("default_value") is not None or schema.get("has_auto_increment")
    return not (
        schema.get("is_nullable", True)
        or has_value
        or schema.get("is_generated")
        or SET_ON_CREATE & {*special}
        or "uuid" in special
    )


def _columns(fields: Sequence[Row]) -> dict[str, dict[str, Column]]:
    columns: dict[str, dict[str, Column]] = defaultdict(dict)
    for row in fields:
        schema = row.get("schema")
        if schema is None or row["type"] in TYPES_WITHOUT_COLUMN:
            continue
        # A key travels even where the database computes it.
        if schema.get("is_generated") and not schema.get("is_primary_key"):
            continue
        columns[row["collection"]][row["field"]] = column_of(row)
    return columns


def _keys(fields: Sequence[Row]) -> dict[str, Row]:
    """The field that is the primary key, by collection. A key of several columns is none."""
    keys: dict[str, list[Row]] = defaultdict(list)
    for row in fields:
        if (row.get("schema") or {}).get("is_primary_key"):
            keys[row["collection"]].append(row)
    return {collection: rows[0] for collection, rows in keys.items() if len(rows) == 1}


def _finds_rows(key: Row, columns: Mapping[str, Column]) -> bool:
    """Whether Directus finds rows under their ``key``."""
    if key["field"] not in columns:
        return False
    if key["type"] in TYPES_WITHOUT_LOOK_UP or key["type"].startswith("geometry"):
        return False
    return key["schema"].get("data_type") not in DATA_TYPES_WITHOUT_LOOK_UP


def _references(
    relations: Sequence[Row],
    columns: dict[str, dict[str, Column]],
    plain: Mapping[tuple[str, str], PlainRelation],
) -> dict[str, list[Reference]]:
    """References by collection: relations, and the authorship fields, which have no relation."""
    targets: dict[tuple[str, str], str] = {}
    for collection, by_name in columns.items():
        for column in by_name.values():
            for special in column.special & SPECIAL_TARGETS.keys():
                targets[collection, column.name] = SPECIAL_TARGETS[special]
    for relation in relations:
        # A collection is known by its name, the same on both sides.
        field_name = relation["collection"], relation["field"]
        is_by_key = relation.get("related_collection") not in (None, "directus_collections")
        if is_by_key and field_name not in plain:
            targets[field_name] = relation["related_collection"]
    references: dict[str, list[Reference]] = defaultdict(list)
    for (collection, name), target in sorted(targets.items()):
        if referring := columns.get(collection, {}).get(name):
            references[collection].append(Reference(name, target, referring.nullable))
    return references


def _foreign_keys(
    columns: dict[str, dict[str, Column]], plain: Mapping[tuple[str, str], PlainRelation]
) -> dict[str, list[Reference]]:
    """By collection: foreign keys whose values are no primary keys of what moves."""
    foreign_keys: dict[str, list[Reference]] = defaultdict(list)
    for (collection, name), relation in sorted(plain.items()):
        if relation.is_constraint and (column := columns.get(collection, {}).get(name)):
            foreign_keys[collection] += [
                Reference(name, target, column.nullable) for target in relation.targets
            ]
    return foreign_keys


def _any_to_many(
    relations: Sequence[Row], columns: dict[str, dict[str, Column]]
) -> dict[str, list[ItemReference]]:
    """References by collection whose target another column of the row names."""
    references: dict[str, list[ItemReference]] = defaultdict(list)
    for relation in relations:
        meta, known = relation.get("meta") or {}, columns.get(relation["collection"], {})
        named_in, item = meta.get("one_collection_field"), relation["field"]
        if named_in and {named_in, item} <= known.keys():
            targets = tuple(meta.get("one_allowed_collections") or ())
            references[relation["collection"]].append(
                ItemReference(named_in, item, known[item].nullable, targets)
            )
    return references


def _user_resource(
    name: str, key: Row, columns: dict[str, Column], references: list[Reference]
) -> Resource:
    return Resource(
        name=name,
        kind="content",
        path=items_path(name),
        key=key["field"],
        key_type=key["type"],
        columns=tuple(column.name for column in columns.values() if not column.masked),
        references=tuple(references),
        masked=tuple(column.name for column in columns.values() if column.masked),
        auto_uuid=tuple(
            column.name
            for column in columns.values()
            if "uuid" in column.special and column.name != key["field"]
        ),
        documents=tuple(column.name for column in columns.values() if column.type == "json"),
    )


def _system_resource(
    name: str, key: Row, columns: dict[str, Column], references: list[Reference]
) -> Resource:
    rules = SYSTEM[name]
    travels = {
        column.name: column
        for column in columns.values()
        if column.name == key["field"] or column.name not in rules.stays | rules.lost.keys()
    }
    resource = _user_resource(
        name, key, travels, [_owned(ref, rules) for ref in references if ref.column in travels]
    )
    update_only = [column.name for column in travels.values() if column.special & SET_ON_CREATE]
    return replace(
        resource,
        kind=name.removeprefix("directus_") if rules.option in (None, "content") else rules.option,
        path=system_path(name),
        columns=tuple(
            name for name in travels if name not in resource.masked or name in rules.secret
        ),
        masked=tuple(name for name in resource.masked if name not in rules.secret),
        item_references=rules.item_references,
        update_only=() if name == FILES else (*rules.update_only, *update_only),
        quoting=() if name == FILES else (*rules.quoting, *resource.documents),
        rules=rules,
    )


def _owned(reference: Reference, rules: SystemCollection) -> Reference:
    return replace(reference, nullable=False) if reference.column in rules.owners else reference
