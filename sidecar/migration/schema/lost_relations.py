"""Leaves out of a snapshot what Directus cannot create: some relations, and tables without a key.

Directus would refuse such a relation, or create a foreign key to another column than the source's.
To a table without a primary key of one column it would give a key of its own.
"""

from collections.abc import Iterable

from sidecar.directus.client import Row
from sidecar.migration.instance.collection_groups import without_members
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.resources.data_model import ignored_tables, is_tracked

FOREIGN_KEY = ("foreign_key_schema", "foreign_key_table", "foreign_key_column")


def without_uncreatable(desired: Row, source: Instance, destination: Instance, current: Row) -> Row:
    """Copy a snapshot without the relations and tables that Directus cannot create.

    Those that ``current``, the destination's snapshot, has stay as they are there. Each field has
    at most one relation in the copy.
    """
    tracked = {row["collection"] for row in destination.collections if is_tracked(row)}
    hidden = {*source.model.keyless, *ignored_tables(source.collections)} - tracked
    parts = {
        part: [row for row in desired[part] if row["collection"] not in hidden]
        for part in ("fields", "relations")
    }
    parts["collections"] = without_members(desired["collections"], hidden)
    parts["fields"] = _with_existing_foreign_keys(parts["fields"], current)
    known = {field_name(row) for row in (*parts["fields"], *destination.fields)}
    plain = source.model.plain
    kept = [row for row in current["relations"] if field_name(row) in plain]
    creatable = [
        row
        for row in parts["relations"]
        if field_name(row) not in plain and field_name(row) in known
    ]
    relations = {field_name(row): row for row in reversed([*creatable, *kept])}
    return {**desired, **parts, "relations": [*reversed(relations.values())]}


def _with_existing_foreign_keys(fields: Iterable[Row], current: Row) -> list[Row]:
    """Copy fields with the foreign keys that they have at the destination.

    Relations are what creates foreign keys. Where a field shows another one, Directus would only
    write its column again.
    """
    existing = {field_name(row): row["schema"] for row in current["fields"] if row.get("schema")}
    return [
        {**row, "schema": row["schema"] | _foreign_key(existing[field_name(row)])}
        if row.get("schema") and field_name(row) in existing
        else row
        for row in fields
    ]


def _foreign_key(schema: Row) -> Row:
    return {name: schema[name] for name in FOREIGN_KEY if name in schema}


def lost_relations(source: Instance, destination: Instance) -> dict[FieldName, str]:
    """The relations of the source that Directus cannot create at the destination, and why.

    Those that the destination has already are not lost.
    """
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    migrated = {field_name(row) for row in source.snapshot["relations"]}
    existing = {_description(row) for row in destination.relations}
    wanted = {field_name(row): _description(row) for row in source.relations}
    return {
        name: relation.reason
        for name, relation in sorted(source.model.plain.items())
        if (name[0] in tracked or name in migrated) and wanted[name] not in existing
    }


def added_foreign_keys(source: Instance, destination: Instance) -> list[FieldName]:
    """The relations of the source without a foreign key, which Directus creates with one.

    Not those that the destination has without one, too.
    """
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    columns = {field_name(row) for row in source.fields if row.get("schema")}
    without_key = _without_foreign_key(source) & columns - source.model.plain.keys()
    stay = _without_foreign_key(destination)
    return sorted(name for name in without_key - stay if name[0] in tracked)


def _without_foreign_key(side: Instance) -> set[FieldName]:
    return {
        field_name(row)
        for row in side.relations
        if row.get("related_collection") is not None and not row.get("schema")
    }


def _description(row: Row) -> tuple[object, ...]:
    """What a relation points to, by metadata and by foreign key."""
    schema = row.get("schema") or {}
    return (
        *field_name(row),
        row.get("related_collection"),
        schema.get("foreign_key_table"),
        schema.get("foreign_key_column"),
    )
