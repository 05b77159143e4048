"""Finds columns whose type or default changes noticeably in the destination's database.

Another name for the same type, such as ``varchar`` and ``character varying``, is no such change.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.dialects import declared_type
from sidecar.migration.schema.field_name import field_name
from sidecar.migration.schema.snapshot import desired_snapshot
from sidecar.resources.vendors import MYSQL, POSTGRES, SQLITE

DOUBLE, SINGLE = "floating-point numbers of 15 digits", "floating-point numbers of 7 digits"
DOUBLE_DATA_TYPES = frozenset({"double", "double precision"})
# What MySQL's columns of a type hold: in words for the other databases, and for MySQL.
NARROWER_ON_MYSQL = {
    "timestamp": ("timestamps", "timestamps to the second, of 1970 to 2038"),
    "dateTime": ("dates with a time", "dates with a time to the second"),
    "time": ("times", "times to the second"),
    "text": ("texts", "texts of up to 64 kB"),
    "csv": ("lists", "lists of up to 64 kB"),
}
# By type, source and destination: what the column holds at the source, and at the destination.
NARROWER = {
    ("float", SQLITE, POSTGRES): (DOUBLE, SINGLE),
    ("float", SQLITE, MYSQL): (DOUBLE, SINGLE),
    ("decimal", POSTGRES, SQLITE): ("decimals", DOUBLE),
    ("decimal", MYSQL, SQLITE): ("decimals", DOUBLE),
    ("uuid", SQLITE, POSTGRES): ("uuids kept as text", "uuids and nothing else"),
    ("uuid", MYSQL, POSTGRES): ("uuids kept as text", "uuids and nothing else"),
    **{
        (field_type, vendor, MYSQL): words
        for vendor in (SQLITE, POSTGRES)
        for field_type, words in NARROWER_ON_MYSQL.items()
    },
}
# What a column of a type holds, where the type itself changes.
TYPE_WORDS = {
    "integer": "integers of 32 bits",
    "bigInteger": "integers of 64 bits",
    "string": "texts of a limited length",
    "text": "texts",
    "uuid": "uuids",
    "float": "floating-point numbers",
    "decimal": "decimals",
}
# What an integer column holds after it was a bigInteger. On MySQL, auto-increment keys are
# unsigned. SQLite has integers of one size.
WIDE_INTEGERS = {MYSQL: "integers of up to 4,294,967,295", SQLITE: "integers of up to 64 bits"}


class TypeChange(NamedTuple):
    """A column that holds something else at the destination."""

    collection: str
    field: str
    # What it holds at the source, such as "texts".
    before: str
    # What it holds at the destination, such as "texts of up to 64 kB".
    after: str


def changed_types(source: Instance, destination: Instance) -> list[TypeChange]:
    """The migrated columns whose type changes; equal changes follow each other.

    Empty between equal databases.
    """
    if source.vendor == destination.vendor:
        return []
    changes = [
        TypeChange(after["collection"], after["field"], *words)
        for before, after in _columns(source, destination)
        if (words := _change(before, after, source.vendor, destination.vendor))
    ]
    return sorted(changes, key=lambda change: (change.before, change.after, *change))


def lost_defaults(source: Instance, destination: Instance) -> list[tuple[str, str, object]]:
    """(collection, field, default) of columns that lose their default in another database.

    The database does not support it, or Directus cannot create it there.
    """
    return [
        (before["collection"], before["field"], before["schema"]["default_value"])
        for before, after in _columns(source, destination)
        if before["schema"].get("default_value") is not None
        and after["schema"].get("default_value") is None
        and not before["schema"].get("has_auto_increment")
    ]


def _columns(source: Instance, destination: Instance) -> Iterator[tuple[Row, Row]]:
    """Fields with a column: at the source, and at the destination after the migration."""
    source_fields = {field_name(row): row for row in source.fields if row.get("schema")}
    for row in desired_snapshot(source, destination)["fields"]:
        if row.get("schema") and field_name(row) in source_fields:
            yield source_fields[field_name(row)], row


def _change(
    before: Row, after: Row, source_vendor: str, destination_vendor: str
) -> tuple[str, str] | None:
    """What the column holds before and after; None when that is the same."""
    old_type, new_type = declared_type(before), declared_type(after)
    words = NARROWER.get((old_type, source_vendor, destination_vendor))
    if words and (old_type == new_type or words[1] == DOUBLE):
        return words
    if old_type == new_type:
        is_double = old_type == "float" and before["schema"]["data_type"] in DOUBLE_DATA_TYPES
        return (DOUBLE, SINGLE) if is_double and destination_vendor != SQLITE else None
    if (old_type, new_type) == ("bigInteger", "integer"):
        integers = WIDE_INTEGERS.get(destination_vendor, TYPE_WORDS[new_type])
        return TYPE_WORDS[old_type], integers
    return TYPE_WORDS.get(old_type, old_type), TYPE_WORDS.get(new_type, new_type)
