"""Builds the snapshot that the destination is brought to.

The source's snapshot lacks the columns and foreign keys of tables that a database had before
Directus: they have no metadata. Where Directus tracks such a table, the missing ones are added, as
long as the destination does not have them. Here they are called adopted.
"""

from collections.abc import Iterable

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.field_name import field_name
from sidecar.migration.schema.lost_relations import without_uncreatable
from sidecar.migration.schema.specials import REQUIRED_SPECIALS
from sidecar.migration.schema.vendor_translation import translate_to_vendor
from sidecar.migration.schema.version_translation import version_translation
from sidecar.resources.data_model import TYPES_WITHOUT_COLUMN, is_tracked
from sidecar.resources.vendors import SQLITE


def desired_snapshot(source: Instance, destination: Instance) -> Row:
    """The snapshot of the destination after the migration."""
    desired = with_adopted_columns(source, destination)
    return translate_snapshot(desired, source, destination, destination.snapshot)


def translate_snapshot(desired: Row, source: Instance, destination: Instance, current: Row) -> Row:
    """Translate a snapshot of the source to the destination's version and database.

    ``current`` is the destination's snapshot at this moment.
    """
    translated = version_translation(source, destination).translate(desired, current)
    in_vendor = translate_to_vendor(translated, source, current)
    return without_uncreatable(in_vendor, source, destination, current)


def with_adopted_columns(source: Instance, destination: Instance) -> Row:
    """The source's snapshot, and the adopted columns and foreign keys the destination lacks."""
    snapshot = source.snapshot
    existing_fields = {field_name(row) for row in destination.fields}
    existing_relations = {field_name(row) for row in destination.relations}
    fields = [
        _with_special(row, destination.vendor)
        for row in _adopted(source, source.fields)
        if row["type"] not in TYPES_WITHOUT_COLUMN and field_name(row) not in existing_fields
    ]
    relations = [
        row
        for row in _adopted(source, source.relations)
        if field_name(row) not in existing_relations
    ]
    return {
        **snapshot,
        "fields": [*snapshot["fields"], *fields],
        "relations": [*snapshot["relations"], *relations],
    }


def unknown_columns(source: Instance) -> list[tuple[str, str, str]]:
    """(collection, field, data type) of adopted columns that Directus cannot create.

    It does not know their type.
    """
    return [
        (row["collection"], row["field"], row["schema"]["data_type"])
        for row in _adopted(source, source.fields)
        if row["type"] == "unknown"
    ]


def _with_special(row: Row, vendor: str) -> Row:
    """SQLite lacks some types. Directus recognizes their columns by a special in the metadata."""
    special = REQUIRED_SPECIALS[SQLITE].get(row["type"]) if vendor == SQLITE else None
    if special is None:
        return row
    meta = {"collection": row["collection"], "field": row["field"], "special": [special]}
    return {**row, "meta": meta}


def _adopted(source: Instance, rows: Iterable[Row]) -> list[Row]:
    """Fields or relations without metadata, of collections that Directus tracks."""
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    return [
        row
        for row in rows
        if row["collection"] in tracked and row.get("meta") is None and row.get("schema")
    ]
