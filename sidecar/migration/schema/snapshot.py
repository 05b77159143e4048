"""Builds the snapshot that the destination is brought to.

The source's snapshot lacks the columns and foreign keys of tables that a database had before
Directus: they have no metadata. Where Directus tracks such a table, they are added; here they are
called adopted. What the destination has without metadata is left out, because Directus compares and
changes only what has some: see ``adopted_changes``.
"""

from collections.abc import Iterable

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.migration.schema.lost_relations import without_uncreatable
from sidecar.migration.schema.specials import JSON_SPECIAL, REQUIRED_SPECIALS
from sidecar.migration.schema.vendor_translation import translate_to_vendor
from sidecar.migration.schema.version_translation import version_translation
from sidecar.resources.data_model import is_tracked
from sidecar.resources.vendors import SQLITE


def desired_snapshot(source: Instance, destination: Instance) -> Row:
    """The snapshot of the destination after the migration."""
    desired = with_adopted_columns(source, destination)
    return translate_snapshot(desired, source, destination, destination.snapshot)


def translate_snapshot(desired: Row, source: Instance, destination: Instance, current: Row) -> Row:
    """Translate a snapshot of the source to the destination's version and database.

    ``current`` is the destination's snapshot at this moment.
    """
    comparable = _without_untracked(desired, destination, current)
    return translate_all(comparable, source, destination, current)


def translate_all(desired: Row, source: Instance, destination: Instance, current: Row) -> Row:
    """Translate a snapshot as ``translate_snapshot`` does, also what Directus does not compare."""
    if source.schema_stays:
        return desired
    translated = version_translation(source, destination).translate(desired, current)
    in_vendor = translate_to_vendor(translated, source, current)
    return without_uncreatable(in_vendor, source, destination, current)


def with_adopted_columns(source: Instance, destination: Instance) -> Row:
    """The source's snapshot, and the adopted columns and foreign keys.

    Those that have metadata at the destination get the same.
    """
    snapshot = source.snapshot
    existing = {field_name(row) for row in destination.fields}
    fields = [
        row if field_name(row) in existing else _with_special(row, destination.vendor)
        for row in adopted_rows(source, source.fields)
    ]
    relations = adopted_rows(source, source.relations)
    return {
        **snapshot,
        "fields": [*snapshot["fields"], *_with_metadata_of(destination.snapshot["fields"], fields)],
        "relations": [
            *snapshot["relations"],
            *_with_metadata_of(destination.snapshot["relations"], relations),
        ],
    }


def adopted_rows(source: Instance, rows: Iterable[Row]) -> list[Row]:
    """Fields or relations without metadata, of collections that Directus tracks. None, if the
    destination keeps its data model."""
    if source.schema_stays:
        return []
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    return [
        row
        for row in rows
        if row["collection"] in tracked and row.get("meta") is None and row.get("schema")
    ]


def untracked_rows(rows: Iterable[Row], current: Iterable[Row]) -> dict[FieldName, Row]:
    """The destination's fields or relations that have no metadata.

    ``rows`` are all of them, and ``current`` those of its snapshot at this moment. Version 11.1.2
    has some without metadata there, too.
    """
    tracked = {field_name(row) for row in current if row.get("meta") is not None}
    return {
        field_name(row): row
        for row in rows
        if row.get("meta") is None and row.get("schema") and field_name(row) not in tracked
    }


def _without_untracked(desired: Row, destination: Instance, current: Row) -> Row:
    """A snapshot without the fields and relations that Directus would create a second time."""
    parts = {
        part: [row for row in desired[part] if field_name(row) not in existing]
        for part, rows in (("fields", destination.fields), ("relations", destination.relations))
        if (existing := untracked_rows(rows, current[part]))
    }
    return {**desired, **parts} if parts else desired


def _with_metadata_of(existing: Iterable[Row], rows: Iterable[Row]) -> list[Row]:
    metadata = {field_name(row): row.get("meta") for row in existing}
    return [
        {**row, "meta": meta} if (meta := metadata.get(field_name(row))) else row for row in rows
    ]


def _with_special(row: Row, vendor: str) -> Row:
    """SQLite lacks some types. Directus recognizes their columns by a special in the metadata.

    To each new field of JSON, Directus adds one, and fails where the field has no metadata (11.17).
    """
    special = JSON_SPECIAL if row["type"] == "json" else None
    if vendor == SQLITE:
        special = REQUIRED_SPECIALS[SQLITE].get(row["type"])
    if special is None:
        return row
    meta = {"collection": row["collection"], "field": row["field"], "special": [special]}
    return {**row, "meta": meta}
