"""Builds the request that makes Directus create what a snapshot shows.

On some databases, Directus reads a column back differently from how it was requested. Asked for
what the snapshot shows, it would create something else: the two sides would differ for ever, or
would not hold the same values.
"""

from sidecar.directus.client import Row
from sidecar.migration.schema.column_changes import classify
from sidecar.migration.schema.defaults import can_create_default, request_default
from sidecar.migration.schema.requested_types import is_created, requested_type
from sidecar.resources.vendors import MYSQL, SQLITE


def field_request(row: Row, vendor: str) -> Row:
    """The request for a collection or field of a snapshot on the database ``vendor``.

    Returns the same object when there is no column.
    """
    schema = row.get("schema")
    if not schema or "data_type" not in schema:
        return row
    field_type, schema = requested_type(row, vendor), dict(schema)
    if vendor == SQLITE and schema.get("is_unique"):
        # A unique index counts as an index. A second index would hide the first one (11.1.2).
        schema["is_indexed"] = False
    if not schema.get("has_auto_increment"):
        shown = schema.get("default_value")
        schema["default_value"] = request_default(field_type, shown, vendor)
    return {**row, "type": field_type, "schema": schema}


def cannot_be_altered(before: Row, after: Row, vendor: str) -> bool:
    """Whether Directus fails to change a column from ``before`` to ``after``.

    For any change, Directus redefines the whole column, with a type and a default that it knows: a
    jsonb becomes json, and an expression a text. On MySQL, auto-increment keys are unsigned, and so
    are the foreign keys that point to them. Of such a column, Directus makes a signed integer,
    which MySQL refuses.
    """
    schema = before["schema"]
    if vendor == MYSQL and schema.get("data_type") == "int unsigned":
        return bool(schema.get("foreign_key_table"))
    requested = requested_type(after, vendor)
    return not is_created(after, requested, vendor) or not can_create_default(
        requested, after["schema"], vendor
    )


def will_change(before: Row, after: Row, vendor: str) -> bool:
    """Whether a migration changes the column of ``before`` to the one of ``after``.

    Both are fields of a snapshot on the database ``vendor``.
    """
    return classify(before, after) == "safe" and not cannot_be_altered(before, after, vendor)
