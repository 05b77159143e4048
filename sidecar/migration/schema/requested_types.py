"""The type that Directus has to be asked for, so that it creates what a column stores.

Directus tells the type of a field from its metadata first: a special such as ``cast-json`` or
``uuid`` counts more than the column. Of some columns it shows a type whose values they do not hold.
"""

from collections.abc import Mapping

from sidecar.directus.client import Row
from sidecar.migration.schema.dialects import DIALECTS, declared_type, has_length, is_uuid
from sidecar.resources import vendors
from sidecar.resources.specials import specials_of

# By database: the type to request for a column of a data type.
STORED_TYPES: Mapping[str, Mapping[str, str]] = {
    vendors.SQLITE: {
        "varchar": "string",
        "nvarchar": "string",
        "char": "string",
        "text": "text",
        "integer": "integer",
        "int": "integer",
        "bigint": "bigInteger",
        "float": "float",
        "real": "float",
        "double": "float",
        # Directus shows no spaces in the names of types.
        "doubleprecision": "float",
        "decimal": "float",
        # SQLite keeps fractions in integers, too.
        "numeric": "integer",
        "boolean": "boolean",
        "date": "date",
        "time": "time",
        "datetime": "dateTime",
        "timestamp": "timestamp",
        "json": "json",
        "blob": "binary",
    },
    vendors.POSTGRES: {
        "character varying": "string",
        "character": "string",
        "text": "text",
        "citext": "text",
        # Directus takes these for numbers and booleans, and shows their values as texts.
        "money": "text",
        "bit": "text",
        "smallint": "integer",
        "integer": "integer",
        "bigint": "bigInteger",
        "numeric": "decimal",
        "real": "float",
        "double precision": "float",
        "boolean": "boolean",
        "date": "date",
        "time without time zone": "time",
        # A time would lose its zone.
        "time with time zone": "text",
        "timestamp without time zone": "dateTime",
        "timestamp with time zone": "timestamp",
        "json": "json",
        "jsonb": "json",
        "uuid": "uuid",
    },
    vendors.MYSQL: {
        "varchar": "string",
        "char": "string",
        "tinytext": "text",
        "text": "text",
        "mediumtext": "text",
        "longtext": "text",
        "tinyint": "integer",
        "tinyint unsigned": "integer",
        "smallint unsigned": "integer",
        "mediumint unsigned": "integer",
        "int unsigned": "integer",
        "bigint unsigned": "bigInteger",
        "year": "integer",
        "smallint": "integer",
        "mediumint": "integer",
        "int": "integer",
        "bigint": "bigInteger",
        "decimal": "decimal",
        "float": "float",
        "double": "float",
        "boolean": "boolean",
        "date": "date",
        "time": "time",
        "datetime": "dateTime",
        "timestamp": "timestamp",
        "json": "json",
    },
}
# Data types of MySQL that Directus creates only for auto-increment keys and what points at them.
COUNTED = frozenset({"int unsigned", "bigint unsigned"})
# What Directus creates on some versions of a database: MariaDB keeps JSON in a longtext.
OTHER_NAMES = {(vendors.MYSQL, "json"): "json"}
# Specials by which Directus tells the type of a field.
TYPE_SPECIALS = frozenset(
    {"cast-json", "cast-csv", "cast-timestamp", "cast-datetime", "hash", "uuid", "file"}
)


def requested_type(field: Row, vendor: str) -> str:
    """The type to request for a field with a column, on the database ``vendor`` that it has."""
    declared = declared_type(field)
    if vendor not in DIALECTS:
        return declared
    data_type = field["schema"]["data_type"]
    column_type = DIALECTS[vendor].get(declared)
    # The special of a UUID may be on a shorter column.
    is_other_char = declared == "uuid" and data_type == "char" and not is_uuid(field["schema"])
    if column_type and column_type.data_type == data_type and not is_other_char:
        return declared
    stored = STORED_TYPES[vendor].get(data_type, declared)
    # A string without a length is a text.
    return "text" if stored == "string" and not has_length(field["schema"]) else stored


def is_created(field: Row, requested: str, vendor: str) -> bool:
    """Whether Directus creates the data type of a field that it is asked for as ``requested``."""
    schema = field["schema"]
    data_type, column_type = schema["data_type"], DIALECTS.get(vendor, {}).get(requested)
    if column_type is None:
        return True
    if data_type in COUNTED:
        return bool(schema.get("has_auto_increment") or schema.get("foreign_key_table"))
    return data_type in (column_type.data_type, OTHER_NAMES.get((vendor, requested)))


def has_column(field: Row) -> bool:
    """Whether a field of a snapshot has a column of the database."""
    return "data_type" in (field.get("schema") or {}) and field["type"] != "alias"


def has_type_of_special(field: Row) -> bool:
    """Whether Directus tells the type of a field from its metadata, not from its column."""
    return not TYPE_SPECIALS.isdisjoint(specials_of(field))
