"""Adds the specials that Directus gives to the fields that it creates.

Newer versions add one to each field of JSON. On SQLite, which has no type for timestamps and JSON,
Directus recognizes its own columns only by them. A table that SQL made can have columns with
metadata that lacks the special.
"""

from sidecar.directus.client import Row
from sidecar.migration.schema.column_decision import MADE_AS, ColumnFinding
from sidecar.migration.schema.requested_types import requested_type
from sidecar.migration.schema.specials import JSON_SPECIAL, REQUIRED_SPECIALS
from sidecar.resources.specials import specials_of
from sidecar.resources.vendors import SQLITE

ADDED = "Directus adds the special {} to the fields of this type that it creates"


def with_required_special(
    field: Row, existing: Row | None, vendor: str
) -> tuple[Row, tuple[ColumnFinding, ...]]:
    """The field with the special that its type needs at the destination, and a finding if it lacks
    it. An existing column of the same declared type needs none."""
    meta = field.get("meta")
    special = _required(field, vendor) if meta else None
    specials = specials_of(field)
    is_copy = existing is not None and special not in specials_of(existing)
    if special is None or special in specials or is_copy:
        return field, ()
    made = {**field, "meta": {**(meta or {}), "special": [*specials, special]}}
    if special == JSON_SPECIAL:
        # It tells the type before all others.
        made["type"] = "json"
    return made, (ColumnFinding(MADE_AS, ADDED.format(special)),)


def _required(field: Row, vendor: str) -> str | None:
    if vendor == SQLITE:
        return REQUIRED_SPECIALS[SQLITE].get(field["type"])
    # Another special may make Directus call the type something else.
    return JSON_SPECIAL if requested_type(field, vendor) == "json" else None
