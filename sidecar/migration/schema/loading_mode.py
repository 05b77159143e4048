"""Loading mode: the metadata of a collection while it takes in rows.

Directus itself sets authors and dates, hashes values, validates, and writes activity and revisions.
Metadata controls all of that, so a collection has none of it while it loads. Afterwards, the
source's own metadata is applied. Both states follow from the source's snapshot alone, so a run can
restore the final one after a crash.
"""

from collections.abc import Collection

from sidecar.directus.client import Row
from sidecar.migration.schema.dialects import UUID_LENGTH
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.resources.vendors import SQLITE

# The note that people at the destination see on a collection in loading mode.
NOTE = (
    "The Directus Migration Module is filling this collection. The note disappears when it is done."
)
# Specials that make Directus set or change a value.
AUTOMATIC_SPECIALS = frozenset(
    {
        "user-created",
        "date-created",
        "role-created",
        "user-updated",
        "date-updated",
        "role-updated",
        "hash",
    }
)

# Directus fills in a UUID where there is none. The second write makes it null again.
UUID = "uuid"
UUID_TYPES = frozenset({"uuid", "text", "character varying", "varchar", "char"})


def in_loading_mode(
    snapshot: Row, loading: Collection[str], nullable: Collection[FieldName] = ()
) -> Row:
    """Copy a snapshot with the collections ``loading`` in loading mode.

    The columns ``nullable`` lose their NOT NULL.
    """
    return {
        **snapshot,
        "collections": [
            _loading_collection(row) if row["collection"] in loading else row
            for row in snapshot["collections"]
        ],
        "fields": [
            _field(row, loading, nullable, snapshot["vendor"]) for row in snapshot["fields"]
        ],
    }


def _loading_collection(row: Row) -> Row:
    if row.get("schema") is None or row.get("meta") is None:
        return row
    meta = {**row["meta"], "accountability": None, "note": NOTE}
    # A singleton takes one row only, and may have more.
    return {**row, "meta": {**meta, "singleton": False} if meta.get("singleton") else meta}


def _field(row: Row, loading: Collection[str], nullable: Collection[FieldName], vendor: str) -> Row:
    if row.get("schema") is None:
        return row
    if row["collection"] in loading and row.get("meta") is not None:
        row = {**row, "meta": _loading_meta(row["meta"], row["schema"], vendor)}
    if field_name(row) in nullable:
        row = {**row, "schema": {**row["schema"], "is_nullable": True}}
    return row


def _loading_meta(meta: Row, schema: Row, vendor: str) -> Row:
    # SQLite keeps any value in any column.
    holds_uuids = vendor == SQLITE or _holds_uuids(schema)
    automatic = AUTOMATIC_SPECIALS if holds_uuids else AUTOMATIC_SPECIALS | {UUID}
    special = [word for word in meta.get("special") or () if word not in automatic]
    return {**meta, "special": special or None, "required": False, "validation": None}


def _holds_uuids(schema: Row) -> bool:
    size = schema.get("max_length")
    is_long = size is None or size < 0 or size >= UUID_LENGTH
    return is_long and schema.get("data_type") in UUID_TYPES
