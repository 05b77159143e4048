"""How the snapshot of each database shows a column that Directus created, by its requested type.

Taken from ``/schema/snapshot`` of Directus 11.1.2, 11.17.4 and 12.4.0 on SQLite, PostgreSQL 15 and
MariaDB.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.schema.column_changes import SIZES
from sidecar.resources import vendors


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A column of one database."""

    data_type: str
    # In the order of SIZES.
    sizes: tuple[int | None, int | None, int | None] = (None, None, None)
    # Whether the source's sizes replace these.
    keeps_source_sizes: bool = False
    # The field type that Directus shows, if it is not the requested one.
    shown_as: str | None = None

    def attributes(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Data type and sizes for a field's schema, given the ``schema`` of the source."""
        sizes: dict[str, Any] = dict(zip(SIZES, self.sizes, strict=True))
        if self.keeps_source_sizes:
            sizes |= {name: schema[name] for name in SIZES if schema.get(name) is not None}
        return {"data_type": self.data_type, **sizes}


def _integer(data_type: str, digits: int | None) -> ColumnType:
    return ColumnType(data_type, (None, digits, None if digits is None else 0))


UUID_LENGTH = 36
# For a decimal of which the source shows no size.
LARGE_DECIMAL = (None, 38, 10)
UUID_AS_TEXT = ColumnType("char", (UUID_LENGTH, None, None), shown_as="string")
SQLITE = {
    "string": ColumnType("varchar", (255, None, None), keeps_source_sizes=True),
    "text": ColumnType("text"),
    "csv": ColumnType("text"),
    "hash": ColumnType("varchar", (255, None, None)),
    "boolean": ColumnType("boolean"),
    "integer": _integer("integer", None),
    "bigInteger": _integer("bigint", None),
    "float": ColumnType("float"),
    "decimal": ColumnType("float", shown_as="float"),
    "date": ColumnType("date"),
    "time": ColumnType("time"),
    "dateTime": ColumnType("datetime"),
    "timestamp": ColumnType("datetime"),
    "json": ColumnType("json"),
    "uuid": UUID_AS_TEXT,
    "binary": ColumnType("blob"),
}
POSTGRES = {
    "string": ColumnType("character varying", (255, None, None), keeps_source_sizes=True),
    "text": ColumnType("text"),
    "csv": ColumnType("text"),
    "hash": ColumnType("character varying", (255, None, None)),
    "boolean": ColumnType("boolean"),
    "integer": _integer("integer", 32),
    "bigInteger": _integer("bigint", 64),
    "float": ColumnType("real", (None, 24, None)),
    "decimal": ColumnType("numeric", LARGE_DECIMAL, keeps_source_sizes=True),
    "date": ColumnType("date"),
    "time": ColumnType("time without time zone"),
    "dateTime": ColumnType("timestamp without time zone"),
    "timestamp": ColumnType("timestamp with time zone"),
    "json": ColumnType("json"),
    "uuid": ColumnType("uuid"),
    "binary": ColumnType("bytea"),
}
# A float is single precision in any case. With fewer digits, MySQL rounds small numbers to zero and
# refuses large ones.
WIDEST_FLOAT = (None, 255, 30)
MYSQL = {
    "string": ColumnType("varchar", (255, None, None), keeps_source_sizes=True),
    "text": ColumnType("text", (65_535, None, None)),
    "csv": ColumnType("text", (65_535, None, None)),
    "hash": ColumnType("varchar", (255, None, None)),
    "boolean": _integer("boolean", 3),
    "integer": _integer("int", 10),
    "bigInteger": _integer("bigint", 19),
    "float": ColumnType("float", WIDEST_FLOAT),
    "decimal": ColumnType("decimal", LARGE_DECIMAL, keeps_source_sizes=True),
    "date": ColumnType("date"),
    "time": ColumnType("time"),
    "dateTime": ColumnType("datetime"),
    "timestamp": ColumnType("timestamp"),
    "json": ColumnType("longtext", (4_294_967_295, None, None)),
    "uuid": UUID_AS_TEXT,
    "binary": ColumnType("blob", (65_535, None, None)),
}
DIALECTS: Mapping[str, Mapping[str, ColumnType]] = {
    vendors.SQLITE: SQLITE,
    vendors.POSTGRES: POSTGRES,
    vendors.MYSQL: MYSQL,
}
# Data types of PostgreSQL that Directus takes for numbers and times, and shows as texts.
MISREAD_TEXTS = frozenset({"money", "time with time zone"})
# Data types that Directus shows as integer, by their real type. Directus shows no size for SQLite's
# numeric, nor for PostgreSQL's without one, and takes both for integers.
MISREAD_INTEGERS = {"bigint unsigned": "bigInteger", "numeric": "decimal"}


def declared_type(field: Row) -> str:
    """The type that a field of a snapshot was created with.

    Directus shows some columns as another type.
    """
    field_type, schema = str(field["type"]), field["schema"]
    if field_type == "string":
        if is_uuid(schema):
            return "uuid"
        return "string" if has_length(schema) else "text"
    if _is_misread_text(schema):
        return "text"
    if field_type == "integer":
        return MISREAD_INTEGERS.get(schema["data_type"], field_type)
    return field_type


def _is_misread_text(schema: Mapping[str, Any]) -> bool:
    """Whether Directus shows texts of a column that it takes for another type, on PostgreSQL."""
    data_type = schema["data_type"]
    has_bits = data_type == "bit" and schema.get("max_length") is not None
    return data_type in MISREAD_TEXTS or has_bits


def has_length(schema: Mapping[str, Any]) -> bool:
    """Whether a string has a limit. Directus shows a negative length for one without."""
    length = schema.get("max_length")
    return length is not None and length > 0


def is_uuid(schema: Mapping[str, Any]) -> bool:
    """Whether a text column has the size of a UUID, which Directus creates for one."""
    return bool(schema["data_type"] == "char" and schema.get("max_length") == UUID_LENGTH)
