"""Snapshots and instances made of columns as Directus shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sidecar.directus.client import Directus
from sidecar.migration.instance.files import RestFiles
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rest_reader import RestRowReader
from sidecar.migration.instance.rest_writer import RestRowWriter
from sidecar.migration.schema.vendor_translation import translate_to_vendor
from sidecar.resources.data_model import build_data_model

Row = dict[str, Any]
VENDORS = ("sqlite", "postgres", "mysql")
# Type, data type, length, precision, scale and default.
Shown = tuple[Any, ...]
# What Directus 11.17.4 shows for columns that it created, by requested type and by database.
SHOWN: dict[str, dict[str, Shown]] = {
    "string": {
        "sqlite": ("string", "varchar", 255, None, None, "it''s"),
        "postgres": ("string", "character varying", 255, None, None, "it''s"),
        "mysql": ("string", "varchar", 255, None, None, "it''s"),
    },
    "boolean": {
        "sqlite": ("boolean", "boolean", None, None, None, True),
        "postgres": ("boolean", "boolean", None, None, None, True),
        "mysql": ("boolean", "boolean", None, 3, 0, True),
    },
    "integer": {
        "sqlite": ("integer", "integer", None, None, None, 5),
        "postgres": ("integer", "integer", None, 32, 0, 5),
        "mysql": ("integer", "int", None, 10, 0, 5),
    },
    "bigInteger": {
        "sqlite": ("bigInteger", "bigint", None, None, None, 6),
        "postgres": ("bigInteger", "bigint", None, 64, 0, 6),
        "mysql": ("bigInteger", "bigint", None, 19, 0, 6),
    },
    "time": {
        "sqlite": ("time", "time", None, None, None, "12:00:00"),
        "postgres": ("time", "time without time zone", None, None, None, "12:00:00"),
        "mysql": ("time", "time", None, None, None, "12:00:00"),
    },
    "dateTime": {
        "sqlite": ("dateTime", "datetime", None, None, None, "2020-01-01T00:00:00"),
        "postgres": (
            "dateTime",
            "timestamp without time zone",
            None,
            None,
            None,
            "2020-01-01 00:00:00",
        ),
        "mysql": ("dateTime", "datetime", None, None, None, "2020-01-01 00:00:00"),
    },
    "timestamp": {
        "sqlite": ("timestamp", "datetime", None, None, None, "CURRENT_TIMESTAMP"),
        "postgres": (
            "timestamp",
            "timestamp with time zone",
            None,
            None,
            None,
            "CURRENT_TIMESTAMP",
        ),
        "mysql": ("timestamp", "timestamp", None, None, None, "current_timestamp()"),
    },
    "json": {
        "sqlite": ("json", "json", None, None, None, {"a": 1}),
        "postgres": ("json", "json", None, None, None, {"a": 1}),
        "mysql": ("json", "longtext", 4294967295, None, None, {"a": 1}),
    },
    "csv": {
        "sqlite": ("csv", "text", None, None, None, None),
        "postgres": ("csv", "text", None, None, None, None),
        "mysql": ("csv", "text", 65535, None, None, None),
    },
    "uuid": {
        "sqlite": ("string", "char", 36, None, None, None),
        "postgres": ("uuid", "uuid", None, None, None, None),
        "mysql": ("string", "char", 36, None, None, None),
    },
}
SPECIALS = {
    **{("json", vendor): ["cast-json"] for vendor in VENDORS},
    **{("csv", vendor): ["cast-csv"] for vendor in VENDORS},
    **{("boolean", vendor): ["cast-boolean"] for vendor in VENDORS},
    ("timestamp", "sqlite"): ["cast-timestamp"],
}
EMPTY_SCHEMA: Row = {
    "is_nullable": True,
    "is_unique": False,
    "is_indexed": False,
    "is_primary_key": False,
    "has_auto_increment": False,
    "foreign_key_table": None,
    "default_value": None,
}


def field(
    name: str,
    shown: Shown,
    special: list[str] | None = None,
    collection: str = "posts",
    **schema: Any,
) -> Row:
    """A field of a snapshot."""
    field_type, data_type, length, precision, scale, default = shown
    column = {
        "data_type": data_type,
        "max_length": length,
        "numeric_precision": precision,
        "numeric_scale": scale,
        "default_value": default,
    }
    return {
        "collection": collection,
        "field": name,
        "type": field_type,
        "meta": {"special": special, "note": None},
        "schema": {**EMPTY_SCHEMA, **column, **schema},
    }


def string(name: str, length: int | None = 255, default: Any = None, **schema: Any) -> Row:
    """A field of a string on SQLite or MySQL."""
    return field(name, ("string", "varchar", length, None, None, default), **schema)


def number(name: str, field_type: str, **schema: Any) -> Row:
    """A field of a number on SQLite."""
    data_type = "bigint" if field_type == "bigInteger" else field_type
    return field(name, (field_type, data_type, None, None, None, None), **schema)


def fields_of_every_type(vendor: str) -> list[Row]:
    """A field for each type in SHOWN, named like it."""
    return [
        field(field_type, shown[vendor], SPECIALS.get((field_type, vendor)))
        for field_type, shown in SHOWN.items()
    ]


def relation(collection: str, name: str, target: str, schema: Row | None = None) -> Row:
    """A relation of a snapshot."""
    return {
        "collection": collection,
        "field": name,
        "related_collection": target,
        "schema": schema,
    }


def snapshot(vendor: str, fields: Sequence[Row], relations: Sequence[Row] = (), **more: Any) -> Row:
    """A snapshot of Directus 11.17.4."""
    return {
        "directus": "11.17.4",
        "vendor": vendor,
        "collections": [],
        "fields": list(fields),
        "relations": list(relations),
        **more,
    }


def instance_of(
    described: Row,
    wide: frozenset[tuple[str, str]] = frozenset(),
    decimals: Mapping[tuple[str, str], tuple[int, int]] | None = None,
    collections: Sequence[Row] = (),
    fields: Sequence[Row] | None = None,
) -> Instance:
    """An instance with this snapshot; ``fields`` are those of ``/fields``, if they are others."""
    all_fields = tuple(described["fields"] if fields is None else fields)
    relations = tuple(described["relations"])
    client = Directus("http://nowhere.invalid", "t")
    return Instance(
        client=client,
        rows=RestRowReader(client, None, None),
        writer=RestRowWriter(client),
        files=RestFiles(client),
        url=client.url,
        version="11.17.4",
        vendor=described["vendor"],
        snapshot=described,
        collections=tuple(collections),
        fields=all_fields,
        relations=relations,
        model=build_data_model(tuple(collections), all_fields, relations),
        wide=wide,
        decimals=decimals or {},
    )


def translate(desired: Row, current: Row, **source: Any) -> Row:
    """Translate a snapshot to the database of the ``current`` one."""
    return translate_to_vendor(desired, instance_of(desired, **source), current)
