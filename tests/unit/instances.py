"""Instances that nobody started, for tests of what is worked out from two descriptions."""

from typing import Any

from sidecar.migration.instance.files import RestFiles
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rest_reader import RestRowReader
from sidecar.migration.instance.rest_writer import RestRowWriter
from sidecar.resources.data_model import build_data_model

Row = dict[str, Any]
SYSTEM_TABLES = (
    "directus_collections",
    "directus_fields",
    "directus_relations",
    "directus_settings",
)


class Unasked:
    """A client that must not be used."""

    url = "http://unasked"

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"was asked: {name}")


def column(
    collection: str,
    name: str,
    *,
    default: Any = None,
    nullable: bool = True,
    key: bool = False,
    system: bool = True,
    data_type: str = "varchar",
) -> Row:
    """A row of ``/fields``."""
    schema = {
        "default_value": default,
        "is_nullable": nullable,
        "is_primary_key": key,
        "data_type": data_type,
    }
    return {
        "collection": collection,
        "field": name,
        "type": "string",
        "meta": {"system": system, "special": None},
        "schema": schema,
    }


def instance(
    version: str, *columns: Row, vendor: str = "sqlite", client: Any = None, **snapshot: Any
) -> Instance:
    """One with these columns beside a key in each of the tables that all versions have."""
    keys = [column(table, "id", nullable=False, key=True) for table in SYSTEM_TABLES]
    fields = (*keys, *columns)
    collections = tuple(
        {"collection": name, "meta": None, "schema": {"name": name}}
        for name in dict.fromkeys(field["collection"] for field in fields)
    )
    described = {
        "directus": version,
        "vendor": vendor,
        "collections": [],
        "fields": [],
        "relations": [],
        **snapshot,
    }
    asked: Any = client or Unasked()
    return Instance(
        client=asked,
        rows=RestRowReader(asked, None, None),
        writer=RestRowWriter(asked),
        files=RestFiles(asked),
        url=asked.url,
        version=version,
        vendor=vendor,
        snapshot=described,
        collections=collections,
        fields=fields,
        relations=(),
        model=build_data_model(collections, fields, ()),
    )
