"""How a column that Directus makes reads in the snapshot of each database, by the type that it was
asked for.

Taken from ``/schema/snapshot`` of 11.1.2, 11.17.4 and 12.4.0 on SQLite, PostgreSQL 15 and MariaDB.
"""

from dataclasses import dataclass
from typing import Any

from sidecar.migration.schema.field_request import UUID_LENGTH, is_uuid

SIZES = ("max_length", "numeric_precision", "numeric_scale")


@dataclass(frozen=True, slots=True)
class Shape:
    """``sizes`` as in SIZES; the source's own are taken over where this says ``sized``.
    ``reads_as`` is the type that the column has afterwards where it is another than the one asked
    for."""

    data_type: str
    sizes: tuple[int | None, int | None, int | None] = (None, None, None)
    sized: bool = False
    reads_as: str | None = None

    def of(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The part of a field's ``schema`` that this is about."""
        own = dict(zip(SIZES, self.sizes, strict=True))
        kept = {name: schema[name] for name in SIZES if self.sized and schema.get(name) is not None}
        return {"data_type": self.data_type, **own, **kept}


def _integer(data_type: str, digits: int | None) -> Shape:
    return Shape(data_type, (None, digits, None if digits is None else 0))


# For those of which Directus shows no size.
LARGE_DECIMAL = (None, 38, 10)
UUID_AS_TEXT = Shape("char", (UUID_LENGTH, None, None), reads_as="string")
SQLITE = {
    "string": Shape("varchar", (255, None, None), sized=True),
    "text": Shape("text"),
    "csv": Shape("text"),
    "hash": Shape("varchar", (255, None, None)),
    "boolean": Shape("boolean"),
    "integer": _integer("integer", None),
    "bigInteger": _integer("bigint", None),
    "float": Shape("float"),
    "decimal": Shape("float", reads_as="float"),
    "date": Shape("date"),
    "time": Shape("time"),
    "dateTime": Shape("datetime"),
    "timestamp": Shape("datetime"),
    "json": Shape("json"),
    "uuid": UUID_AS_TEXT,
    "binary": Shape("blob"),
}
POSTGRES = {
    "string": Shape("character varying", (255, None, None), sized=True),
    "text": Shape("text"),
    "csv": Shape("text"),
    "hash": Shape("character varying", (255, None, None)),
    "boolean": Shape("boolean"),
    "integer": _integer("integer", 32),
    "bigInteger": _integer("bigint", 64),
    "float": Shape("real", (None, 24, None)),
    "decimal": Shape("numeric", LARGE_DECIMAL, sized=True),
    "date": Shape("date"),
    "time": Shape("time without time zone"),
    "dateTime": Shape("timestamp without time zone"),
    "timestamp": Shape("timestamp with time zone"),
    "json": Shape("json"),
    "uuid": Shape("uuid"),
    "binary": Shape("bytea"),
}
# A float of fewer digits would round small numbers to nothing and refuse large ones; it is a single
# one in any case.
WIDEST_FLOAT = (None, 255, 30)
MYSQL = {
    "string": Shape("varchar", (255, None, None), sized=True),
    "text": Shape("text", (65_535, None, None)),
    "csv": Shape("text", (65_535, None, None)),
    "hash": Shape("varchar", (255, None, None)),
    "boolean": _integer("boolean", 3),
    "integer": _integer("int", 10),
    "bigInteger": _integer("bigint", 19),
    "float": Shape("float", WIDEST_FLOAT),
    "decimal": Shape("decimal", LARGE_DECIMAL, sized=True),
    "date": Shape("date"),
    "time": Shape("time"),
    "dateTime": Shape("datetime"),
    "timestamp": Shape("timestamp"),
    "json": Shape("longtext", (4_294_967_295, None, None)),
    "uuid": UUID_AS_TEXT,
    "binary": Shape("blob", (65_535, None, None)),
}
# What Directus takes for integers, by what they are. SQLite shows no size of a numeric, nor
# PostgreSQL of one without.
ODD_INTEGERS = {"bigint unsigned": "bigInteger", "numeric": "decimal"}
DIALECTS = {"sqlite": SQLITE, "postgres": POSTGRES, "mysql": MYSQL}


def meaning_of(field: dict[str, Any]) -> str:
    """The type that ``field`` of a snapshot was made as, where Directus reads it as another."""
    field_type, schema = str(field["type"]), field["schema"]
    if field_type == "string":
        length = schema.get("max_length")
        if is_uuid(schema):
            return "uuid"
        # PostgreSQL has texts without a length, whose length Directus reads as a negative one.
        return "text" if length is None or length < 0 else "string"
    if field_type == "integer" and schema["data_type"] in ODD_INTEGERS:
        return ODD_INTEGERS[schema["data_type"]]
    return field_type
