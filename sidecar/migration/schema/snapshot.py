"""Tables that a database had before Directus: their columns and foreign keys have no metadata and
are in no snapshot.

Where Directus tracks the collection, they are added to the snapshot for as long as the destination
lacks them.
"""

from collections.abc import Iterable

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.vendor_translation import SPECIALS, translated
from sidecar.migration.schema.version_translation import version_translation
from sidecar.resources.data_model import TYPES_WITHOUT_COLUMN, is_tracked


def wanted_snapshot(source: Instance, destination: Instance) -> Row:
    """What the destination should come to have, in the words of its version and of its database."""
    return in_words_of(destination, with_adopted(source, destination), source, destination.snapshot)


def in_words_of(destination: Instance, wanted: Row, source: Instance, current: Row) -> Row:
    """``wanted``, a snapshot of ``source``, in the words of the destination's version and of its
    database; ``current`` is the destination's snapshot as it is by now."""
    return translated(
        version_translation(source, destination).translate(wanted, current), source, current
    )


def with_adopted(source: Instance, destination: Instance) -> Row:
    """The source's snapshot, with the adopted columns and foreign keys that the destination does
    not have."""
    snapshot = source.snapshot
    fields = [
        _creatable(row, destination.vendor)
        for row in _adopted(source, source.fields)
        if row["type"] not in TYPES_WITHOUT_COLUMN and not _has(destination.fields, row)
    ]
    relations = [
        row for row in _adopted(source, source.relations) if not _has(destination.relations, row)
    ]
    return {
        **snapshot,
        "fields": [*snapshot["fields"], *fields],
        "relations": [*snapshot["relations"], *relations],
    }


def _creatable(row: Row, vendor: str) -> Row:
    """SQLite has no such types, so Directus marks the fields of them, and has to be told whose
    field it is for that."""
    special = SPECIALS[vendor].get(row["type"]) if vendor == "sqlite" else None
    meta = {"collection": row["collection"], "field": row["field"], "special": [special]}
    return {**row, "meta": meta} if special else row


def unknown_columns(source: Instance) -> list[tuple[str, str, str]]:
    """(collection, field, data type) of columns whose type Directus does not know, so that it
    cannot make them."""
    return [
        (row["collection"], row["field"], row["schema"]["data_type"])
        for row in _adopted(source, source.fields)
        if row["type"] == "unknown"
    ]


def _adopted(source: Instance, rows: Iterable[Row]) -> list[Row]:
    """Those of ``rows`` (fields or relations) that have no metadata, of collections that Directus
    tracks."""
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    return [
        row
        for row in rows
        if row["collection"] in tracked and row.get("meta") is None and row.get("schema")
    ]


def _has(rows: Iterable[Row], wanted: Row) -> bool:
    return any(
        (row["collection"], row["field"]) == (wanted["collection"], wanted["field"]) for row in rows
    )
