"""Builds the request that makes Directus create what a snapshot shows.

On some databases, Directus reads a column back differently from how it was requested. Asked for
what the snapshot shows, it would create something else: the two sides would differ for ever, or
would not hold the same values.
"""

from sidecar.directus.client import Row
from sidecar.migration.schema.column_changes import classify
from sidecar.resources.vendors import MYSQL, SQLITE

UUID_LENGTH = 36
# Databases that store UUIDs as texts.
WITHOUT_UUIDS = frozenset({SQLITE, MYSQL})


def field_request(row: Row, vendor: str) -> Row:
    """The request for a collection or field of a snapshot on the database ``vendor``.

    Returns the same object when there is no column.
    """
    schema = row.get("schema")
    if not schema or "data_type" not in schema:
        return row
    field_type, schema = row["type"], dict(schema)
    if vendor in WITHOUT_UUIDS and field_type == "string" and is_uuid(schema):
        field_type = "uuid"
    if vendor == SQLITE and schema.get("is_unique"):
        # A unique index counts as an index. A second index would hide the first one (11.1.2).
        schema["is_indexed"] = False
    if vendor == MYSQL:
        if schema["data_type"] == "bigint unsigned":
            # Directus reads an auto-increment bigInteger as integer, which is too small.
            field_type = "bigInteger"
        schema["default_value"] = _mysql_default(schema.get("default_value"))
    return {**row, "type": field_type, "schema": schema}


def cannot_be_altered(field: Row, vendor: str) -> bool:
    """Whether Directus fails to change the column of a field.

    On MySQL, auto-increment keys are unsigned, and so are the foreign keys that point to them. For
    any change of such a column, Directus requests a signed integer, which MySQL refuses.
    """
    schema = field["schema"]
    return bool(
        vendor == MYSQL
        and schema.get("foreign_key_table")
        and schema.get("data_type") == "int unsigned"
    )


def will_change(before: Row, after: Row, vendor: str) -> bool:
    """Whether a migration changes the column of ``before`` to the one of ``after``.

    Both are fields of a snapshot on the database ``vendor``.
    """
    return classify(before, after) == "safe" and not cannot_be_altered(before, vendor)


def is_uuid(schema: Row) -> bool:
    """Whether a text column has the size of a UUID, which Directus creates for one."""
    return bool(schema["data_type"] == "char" and schema.get("max_length") == UUID_LENGTH)


def _mysql_default(value: object) -> object:
    """MariaDB shows ``CURRENT_TIMESTAMP`` as ``current_timestamp()``, which Directus quotes."""
    if not isinstance(value, str) or not value.startswith("current_timestamp("):
        return value
    return value.removesuffix("()").upper()
