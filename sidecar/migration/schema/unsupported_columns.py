"""Finds columns that Directus cannot make at the destination, or whose values it cannot show.

They are not migrated, and the report names them.
"""

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.column_decision import (
    CANNOT_TRAVEL,
    GENERATED,
    UNKNOWN_TYPE,
    UNREADABLE_FIELD,
    ColumnFinding,
)
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.migration.schema.requested_types import has_column
from sidecar.resources.data_model import is_tracked
from sidecar.resources.vendors import POSTGRES, SQLITE

NO_GEOMETRY = {
    SQLITE: "SQLite has no geometry, so the column is not migrated",
    POSTGRES: (
        "PostgreSQL has geometry only with PostGIS, and no column at the destination shows that it "
        "is installed. If it is, add a geometry field to any collection there, and start again"
    ),
}
UNKNOWN = "Directus does not know the type {}, so the column is not migrated"
# PostgreSQL's own types that Directus takes for another one, and shows differently from how it
# accepts them.
MISREAD_TYPES = frozenset({"interval", "point", "polygon"})
COMPUTED = (
    "the database computes its values{}. Directus cannot create such a column, so it is not "
    "migrated. Add it to the destination's database by hand if you need it there"
)
KEY = "; it is the key, so the collection is not migrated"
UNREADABLE = (
    "Directus cannot be asked for a field of this name, so the column is not migrated ({}). Rename "
    "it at the source, then start the run again"
)
UNREADABLE_KEY = (
    "Directus cannot be asked for a field of this name. It is the primary key, so the collection "
    "is not migrated ({}). Rename the column at the source, then start the run again"
)


def unsupported_columns(source: Instance, current: Row) -> dict[FieldName, ColumnFinding]:
    """The reason for each column of the source that is not made at the destination.

    ``current`` is the destination's snapshot.
    """
    known = {row["collection"] for row in source.collections if is_tracked(row)}
    known |= {row["collection"] for row in source.snapshot["fields"]}
    no_geometry = _no_geometry(source, current)
    return {
        field_name(row): reason
        for row in source.fields
        if row["collection"] in known
        and has_column(row)
        and (reason := _unreadable(row, source) or _unsupported(row, source.vendor, no_geometry))
    }


def _no_geometry(source: Instance, current: Row) -> str | None:
    """Why the destination's database cannot have geometry; None when it can."""
    is_shown = any(_is_geometry(row) for row in current["fields"])
    if is_shown or source.vendor == current["vendor"]:
        return None
    return NO_GEOMETRY.get(current["vendor"])


def _unreadable(row: Row, source: Instance) -> ColumnFinding | None:
    why = source.unreadable_fields.get(field_name(row))
    if why is None:
        return None
    message = UNREADABLE_KEY if row["schema"].get("is_primary_key") else UNREADABLE
    return ColumnFinding(UNREADABLE_FIELD, message.format(why))


def _unsupported(row: Row, vendor: str, no_geometry: str | None) -> ColumnFinding | None:
    schema = row["schema"]
    data_type = schema["data_type"]
    if schema.get("is_generated") and not schema.get("is_primary_key"):
        # SQLite's expression is not shown.
        expression = schema.get("generation_expression")
        return ColumnFinding(GENERATED, COMPUTED.format(f" ({expression})" if expression else ""))
    if row["type"] == "unknown" or (vendor == POSTGRES and data_type in MISREAD_TYPES):
        message = UNKNOWN.format(data_type)
        return ColumnFinding(UNKNOWN_TYPE, message + (KEY if schema.get("is_primary_key") else ""))
    if _is_geometry(row) and no_geometry:
        return ColumnFinding(CANNOT_TRAVEL, no_geometry)
    return None


def _is_geometry(row: Row) -> bool:
    return str(row.get("type")).startswith("geometry")
