"""Keeps the notation of existing columns that mean the same as the desired ones.

Otherwise, Directus would find differences that only come from the database.
"""

from collections.abc import Iterable

from sidecar.directus.client import Row
from sidecar.migration.schema.column_changes import SIZES
from sidecar.migration.schema.defaults import is_same_default
from sidecar.migration.schema.dialects import declared_type
from sidecar.resources.vendors import SQLITE

# The parts of a schema that describe the type.
NOTATION = ("data_type", *SIZES)
# The parts of a schema that the database sets.
SET_BY_DATABASE = (
    "is_generated",
    "generation_expression",
    "schema",
    "foreign_key_schema",
    "comment",
)
SET_FOR_KEYS = ("is_unique", "is_indexed", "is_nullable")


def keep_existing(
    desired: Row, field_type: str, existing: Row, source_vendor: str, vendor: str
) -> Row:
    """Copy a desired field with the notation of the existing one, in all that means the same.

    Both are fields of a snapshot with a column. ``field_type`` is the type that the desired one is
    created with.
    """
    schema = {**desired["schema"], **_kept_attributes(desired, field_type, existing)}
    if not _is_same_type(desired, field_type, existing, source_vendor, vendor):
        return {**desired, "schema": schema}
    notation = {name: existing["schema"].get(name) for name in NOTATION}
    return {**desired, "type": existing["type"], "schema": {**schema, **notation}}


def with_existing_notation(desired: Row, existing: Row | None) -> Row:
    """Copy a desired field of a type without a dialect, such as geometry.

    Returns the same object unless a column of the same type exists.
    """
    existing_schema = (existing or {}).get("schema") or {}
    if not existing_schema or (existing or {}).get("type") != desired["type"]:
        return desired
    kept = _part_of(existing_schema, (*NOTATION, *SET_BY_DATABASE, "default_value"))
    return {**desired, "schema": {**desired["schema"], **kept}}


def _kept_attributes(desired: Row, field_type: str, existing: Row) -> Row:
    """What stays of an existing column's schema, whatever its type."""
    schema, existing_schema = desired["schema"], existing["schema"]
    kept = _part_of(existing_schema, SET_BY_DATABASE)
    if schema.get("is_primary_key") and existing_schema.get("is_primary_key"):
        kept |= _part_of(existing_schema, SET_FOR_KEYS)
    if existing_schema.get("is_indexed"):
        kept["is_indexed"] = True
    if existing_schema.get("is_unique") and "is_indexed" in existing_schema:
        kept["is_indexed"] = existing_schema["is_indexed"]
    default = existing_schema["default_value"]
    if existing_schema.get("has_auto_increment") or is_same_default(
        field_type, schema["default_value"], default
    ):
        kept["default_value"] = default
    return kept


def _is_same_type(
    desired: Row, field_type: str, existing: Row, source_vendor: str, vendor: str
) -> bool:
    """Whether the existing column holds what the desired one asks for."""
    schema, existing_schema = desired["schema"], existing["schema"]
    existing_type = declared_type(existing)
    types = {existing_type, field_type}
    if SQLITE in (source_vendor, vendor) and types <= {"float", "decimal"}:
        # SQLite does not tell them apart.
        return True
    if source_vendor == SQLITE and types == {"integer", "bigInteger"}:
        # SQLite has keys of one size.
        is_key = existing_schema.get("has_auto_increment")
        return bool(is_key or existing_schema.get("foreign_key_table"))
    if existing_type == field_type and field_type in ("string", "decimal"):
        return all(existing_schema.get(name) == schema[name] for name in SIZES)
    if existing_type == "uuid" and field_type == "string":
        # Directus creates a key of 36 characters as a UUID.
        return bool(schema["max_length"] == existing_schema["max_length"])
    # Directus does not know the type of PostgreSQL's binary columns.
    is_same_binary = field_type == "binary" and existing_schema["data_type"] == schema["data_type"]
    return existing_type == field_type or is_same_binary


def _part_of(schema: Row, names: Iterable[str]) -> Row:
    return {name: schema[name] for name in names if name in schema}
