"""Chooses the type that a field of the source gets in the destination's database."""

from collections.abc import Mapping

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.column_changes import SIZES
from sidecar.migration.schema.dialects import declared_type
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.migration.schema.row_size import INDEXING, oversized_strings
from sidecar.resources.vendors import MYSQL, SQLITE

# Types that a key can have.
KEY_TYPES = frozenset({"string", "text", "uuid", "integer", "bigInteger"})


class DestinationTypes:
    """The types of the fields of one snapshot."""

    def __init__(self, snapshot: Row, source: Instance, vendor: str) -> None:
        """``snapshot`` is one of ``source``; ``vendor`` is the destination's database."""
        self._vendor = vendor
        self._wide = source.wide
        self._decimals = source.decimals
        self._key_types = {
            row["collection"]: self._source_type(row)
            for row in source.fields
            if (row.get("schema") or {}).get("is_primary_key")
        }
        self._targets = _targets(snapshot, source)
        self._referenced_counters = _collections_with_counter(source) & {*self._targets.values()}
        self._oversized = oversized_strings(snapshot["fields"]) if vendor == MYSQL else frozenset()

    def of(self, field: Row) -> str:
        """The type of a field with a column. A reference has the type of the key it points to."""
        field_type = self._source_type(field)
        target = self._targets.get(field_name(field), "")
        key_type = self._key_types.get(target, field_type)
        if field_type in KEY_TYPES and key_type in KEY_TYPES:
            field_type = key_type
        if self._vendor == SQLITE and field["schema"].get("has_auto_increment"):
            return "integer"
        return self._mysql_type(field, field_type, target) if self._vendor == MYSQL else field_type

    def sized_schema(self, field: Row) -> Row:
        """The schema of a field, with the digits that the values of a decimal need."""
        digits = self._decimals.get(field_name(field), ())
        return {**field["schema"], **dict(zip(SIZES[1:], digits, strict=False))}

    def _source_type(self, field: Row) -> str:
        """The type that the values of a field need."""
        name = field_name(field)
        if name in self._decimals:
            return "decimal"
        return "bigInteger" if name in self._wide else declared_type(field)

    def _mysql_type(self, field: Row, field_type: str, target: str) -> str:
        schema = field["schema"]
        key_of = field["collection"] if schema["is_primary_key"] else target
        if field_type == "bigInteger" and key_of in self._referenced_counters:
            # An auto-increment bigInteger is unsigned on MySQL. Directus cannot create a column
            # that may point to it.
            return "integer"
        if field_type == "text" and (target or any(schema.get(name) for name in INDEXING)):
            return "string"
        if field_type == "string" and field_name(field) in self._oversized:
            return "text"
        return field_type


def _targets(snapshot: Row, source: Instance) -> Mapping[FieldName, str]:
    """The collection that each reference points to."""
    return {
        field_name(row): row["related_collection"]
        for row in (*source.relations, *snapshot["relations"])
        if row.get("related_collection")
    }


def _collections_with_counter(source: Instance) -> set[str]:
    """The collections whose keys the database counts."""
    return {
        row["collection"]
        for row in source.fields
        if (row.get("schema") or {}).get("has_auto_increment")
    }
