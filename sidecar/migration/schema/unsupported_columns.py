"""Columns that another database cannot have, or that Directus cannot make there: they are named,
and the rest goes."""

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance

NO_GEOMETRY = {
    "sqlite": "SQLite has no geometry, so the column stays behind",
    "postgres": (
        "PostgreSQL has geometry with PostGIS only, and no column there shows that it is "
        "installed. Where it is, add a geometry field to any collection of the destination, and "
        "start again"
    ),
}
UNKNOWN = "Directus does not know the type {}, so the column stays behind"


def unsupported_columns(source: Instance, current: Row) -> dict[tuple[str, str], str]:
    """Why columns of the collections that are migrated stay behind, by collection and field.
    ``current`` is the destination's snapshot. Empty where both have the same database."""
    if source.vendor == current["vendor"]:
        return {}
    has_geometry = any(_is_geometry(row) for row in current["fields"])
    found = {}
    for row in source.fields:
        name = row["collection"], row["field"]
        if _is_geometry(row) and not has_geometry and current["vendor"] in NO_GEOMETRY:
            found[name] = NO_GEOMETRY[current["vendor"]]
        elif row["type"] == "unknown" and row.get("meta"):
            found[name] = UNKNOWN.format(row["schema"]["data_type"])
    return found


def _is_geometry(row: Row) -> bool:
    return str(row["type"]).startswith("geometry")
