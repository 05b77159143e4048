"""Finds columns that the destination cannot have.

Its database lacks the type, or Directus cannot create it there. Such columns are not migrated, and
the report names them.
"""

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.resources.vendors import POSTGRES, SQLITE

NO_GEOMETRY = {
    SQLITE: "SQLite has no geometry, so the column is not migrated",
    POSTGRES: (
        "PostgreSQL has geometry only with PostGIS, and no column at the destination shows that it "
        "is installed. If it is, add a geometry field to any collection there, and start again"
    ),
}
UNKNOWN_TYPE = "Directus does not know the type {}, so the column is not migrated"


def unsupported_columns(source: Instance, current: Row) -> dict[FieldName, str]:
    """The reason for each column of the source that is not migrated.

    ``current`` is the destination's snapshot. Empty between equal databases.
    """
    if source.vendor == current["vendor"]:
        return {}
    no_geometry = NO_GEOMETRY.get(current["vendor"])
    if any(_is_geometry(row) for row in current["fields"]):
        no_geometry = None
    reasons = {}
    for row in source.fields:
        if _is_geometry(row) and no_geometry:
            reasons[field_name(row)] = no_geometry
        elif row["type"] == "unknown" and row.get("meta"):
            reasons[field_name(row)] = UNKNOWN_TYPE.format(row["schema"]["data_type"])
    return reasons


def _is_geometry(row: Row) -> bool:
    return str(row["type"]).startswith("geometry")
