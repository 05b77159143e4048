"""Adds specials without which Directus would show a column that it creates as another type.

SQLite has no type for timestamps and JSON. A table that SQL made can have columns that Directus
takes for them by their declared type, and that have metadata without the special.
"""

from sidecar.directus.client import Row
from sidecar.migration.schema.column_decision import MADE_AS, ColumnFinding
from sidecar.migration.schema.specials import REQUIRED_SPECIALS
from sidecar.resources.vendors import SQLITE

ADDED = "Directus recognizes such a column that it creates only by the special {}, which is added"


def with_required_special(
    field: Row, existing: Row | None, vendor: str
) -> tuple[Row, tuple[ColumnFinding, ...]]:
    """The field with the special that its type needs at the destination, and a finding if it lacks
    it. An existing column of the same declared type needs none."""
    meta = field.get("meta")
    special = REQUIRED_SPECIALS[SQLITE].get(field["type"]) if vendor == SQLITE and meta else None
    specials = (meta or {}).get("special") or []
    is_copy = existing is not None and special not in _specials(existing)
    if special is None or special in specials or is_copy:
        return field, ()
    made = {**field, "meta": {**(meta or {}), "special": [*specials, special]}}
    return made, (ColumnFinding(MADE_AS, ADDED.format(special)),)


def _specials(field: Row) -> list[str]:
    return (field.get("meta") or {}).get("special") or []
