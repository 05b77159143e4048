"""A new field as Directus has to be asked for it, to make what the source has.

A snapshot says how a column reads, and on some databases that is not how it is made: asked for what
the snapshot says, Directus would make something else, and the two would differ for ever or not take
the same values.
"""

from sidecar.directus.client import Row
from sidecar.migration.schema.column_changes import classify

UUID_LENGTH = 36
KEPT_AS_TEXT = frozenset({"sqlite", "mysql"})


def field_request(wanted: Row, vendor: str) -> Row:
    """``wanted``, a new collection or field of a snapshot, as it has to be asked for on
    ``vendor``."""
    schema = wanted.get("schema")
    if not schema or "data_type" not in schema:
        return wanted
    field_type, schema = wanted["type"], dict(schema)
    if vendor in KEPT_AS_TEXT and field_type == "string" and is_uuid(schema):
        field_type = "uuid"
    if vendor == "sqlite" and schema.get("is_unique"):
        # The index that makes it unique counts as an index; a second one would hide the first
        # (11.1.2).
        schema["is_indexed"] = False
    if vendor == "mysql":
        if schema["data_type"] == "bigint unsigned":
            # A counted bigInteger key reads as an integer, and would be made too small for its
            # values.
            field_type = "bigInteger"
        schema["default_value"] = _mysql_default(schema.get("default_value"))
    return {**wanted, "type": field_type, "schema": schema}


def cannot_be_altered(field: Row, vendor: str) -> bool:
    """Whether Directus fails to change the column of ``field``: MySQL counts without a sign, and
    what points at such a key has to be without one, too; but whatever is to change of it, Directus
    asks for an integer with a sign."""
    schema = field["schema"]
    return bool(
        vendor == "mysql"
        and schema.get("foreign_key_table")
        and schema.get("data_type") == "int unsigned"
    )


def will_change(before: Row, after: Row, vendor: str) -> bool:
    """Whether the column of ``before`` will be that of ``after``, both fields of a snapshot on
    ``vendor``; others stay as they are."""
    return classify(before, after) == "harmless" and not cannot_be_altered(before, vendor)


def is_uuid(schema: Row) -> bool:
    return bool(schema["data_type"] == "char" and schema.get("max_length") == UUID_LENGTH)


def _mysql_default(value: object) -> object:
    """MariaDB reads ``CURRENT_TIMESTAMP`` back as ``current_timestamp()``, which Directus would
    quote as a text."""
    if not isinstance(value, str) or not value.startswith("current_timestamp("):
        return value
    return value.removesuffix("()").upper()
