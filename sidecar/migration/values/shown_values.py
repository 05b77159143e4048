"""Rejects values that Directus shows as something that it does not accept when it is written.

PostgreSQL knows infinity and years before 1 and after 9999, MySQL the date 0000-00-00, and SQLite
keeps any text as a date and bytes as a text. JSON's null and NaN are shown as no value, and so is
what a special cannot cast, such as an empty text as a boolean.
"""

import re
from functools import partial
from typing import Any

from sidecar.migration.values.parsers import parse_uuid
from sidecar.migration.values.rule import Check
from sidecar.resources.base import Column
from sidecar.resources.vendors import POSTGRES, SQLITE

DATES = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "dateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
}
TEXTS, SHOWN_AS_NULL = frozenset({"string", "text"}), frozenset({"json", "float"})
# The same, whatever a special makes Directus call the type.
DATA_SHOWN_AS_NULL = frozenset({"json", "jsonb", "real", "double precision"})
CAST, UUID = "cast-", "uuid"
BINARY = frozenset(
    {"bit", "bytea", "binary", "varbinary", "blob", "tinyblob", "mediumblob", "longblob"}
)
NO_DATE = "Directus shows it as {}, and does not accept that as a date"
NO_UUID = "{} is no UUID, and the destination's column holds nothing else"
BYTES = "Directus shows its bytes as an object, and does not accept that as bytes"
NO_VALUE = "Directus shows its value as null, and the column must have a value"


def shown_check(
    vendor: str, column: Column, existing: Column | None, migrated: Column | None = None
) -> Check | None:
    """The check of the values of ``column`` in a database of ``vendor``; raises ValueError.

    ``existing`` is the destination's column, if it has one, and ``migrated`` is what the schema
    makes of it. None: the column needs no check.
    """
    checks = _checks(vendor, column, existing)
    if vendor == POSTGRES and _becomes_uuid(column, migrated or existing):
        checks.append(_is_uuid)

    def check(value: Any) -> None:
        for one in checks:
            one(value)

    return check if checks else None


def _checks(vendor: str, column: Column, existing: Column | None) -> list[Check]:
    checks: list[Check] = []
    is_required = not column.nullable and not (existing and existing.nullable)
    if is_required and _may_be_shown_as_null(column):
        checks.append(_no_null)
    if _may_be_bytes(vendor, column):
        checks.append(_no_bytes)
    if pattern := DATES.get(column.type):
        checks.append(partial(_is_date, pattern))
    return checks


def _may_be_shown_as_null(column: Column) -> bool:
    is_cast = any(special.startswith(CAST) for special in column.special)
    return is_cast or column.type in SHOWN_AS_NULL or column.data_type in DATA_SHOWN_AS_NULL


def _may_be_bytes(vendor: str, column: Column) -> bool:
    is_binary = column.type == "binary" or column.data_type in BINARY
    # SQLite keeps bytes in columns of any type. Those of JSON hold documents of the same shape.
    is_text = column.type in TEXTS or (column.type == "json" and column.data_type != "json")
    return is_binary or (vendor == SQLITE and is_text)


def _becomes_uuid(column: Column, migrated: Column | None) -> bool:
    """Whether only the destination's column is one for UUIDs, because a special makes it one."""
    is_shown_as_uuid = column.type == UUID and column.data_type != UUID
    return is_shown_as_uuid and migrated is not None and migrated.data_type == UUID


def _is_uuid(value: Any) -> None:
    if value is not None:
        try:
            parse_uuid(value)
        except ValueError as error:
            raise ValueError(NO_UUID.format(value)) from error


def _is_date(pattern: re.Pattern[str], value: Any) -> None:
    if isinstance(value, str) and not pattern.fullmatch(value):
        raise ValueError(NO_DATE.format(value))


def _no_null(value: Any) -> None:
    if value is None:
        raise ValueError(NO_VALUE)


def _no_bytes(value: Any) -> None:
    if isinstance(value, dict) and value.get("type") == "Buffer":
        raise ValueError(BYTES)
