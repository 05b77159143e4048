"""Finds integers of MySQL that Directus makes unsigned: keys that the database counts, and columns
that point at them."""

from collections.abc import Mapping
from typing import NamedTuple

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.column_changes import SIZES
from sidecar.migration.schema.column_decision import MADE_AS, ColumnFinding
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.resources.data_model import ignored_tables
from sidecar.resources.vendors import MYSQL

INT, BIGINT = "int unsigned", "bigint unsigned"
DIGITS = {INT: 10, BIGINT: 20}
KEY = "Directus counts keys as {0}, so it becomes {0}"
REFERENCE = "Directus makes it {}, like the key that it points at"


class Unsigned(NamedTuple):
    """How Directus makes a column."""

    data_type: str
    # Why.
    message: str

    def made(self, field: Row) -> tuple[Row, tuple[ColumnFinding, ...]]:
        """The field as it is made, and a finding if it was another type."""
        before = field["schema"]["data_type"]
        sizes = dict(zip(SIZES, (None, DIGITS[self.data_type], 0), strict=True))
        schema = {**field["schema"], **sizes, "data_type": self.data_type}
        finding = ColumnFinding(MADE_AS, self.message.format(self.data_type))
        return {**field, "schema": schema}, (() if before == self.data_type else (finding,))


def unsigned_columns(source: Instance) -> Mapping[FieldName, Unsigned]:
    """The columns of ``source`` that Directus makes unsigned in an equal database."""
    if source.vendor != MYSQL:
        return {}
    keys = {
        field_name(row): Unsigned(_data_type(row), KEY)
        for row in source.fields
        if _is_counted(row.get("schema") or {})
    }
    counted = {collection for (collection, _), key in keys.items() if key.data_type == INT}
    counted -= {*ignored_tables(source.collections)}
    plain = source.model.plain
    references = {
        field_name(row): Unsigned(INT, REFERENCE)
        for row in source.relations
        if row.get("related_collection") in counted and field_name(row) not in plain
    }
    return references | keys


def _is_counted(schema: Row) -> bool:
    return bool(schema.get("is_primary_key") and schema.get("has_auto_increment"))


def _data_type(row: Row) -> str:
    return BIGINT if row["schema"]["data_type"].startswith("bigint") else INT
