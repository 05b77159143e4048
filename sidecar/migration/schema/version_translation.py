"""Translates a snapshot to another version of Directus.

The versions differ in the properties that their metadata has. Each property is a column of a system
table, so both sides' ``/fields`` show what they know. A property that the destination does not know
is left out, because Directus would refuse it. For a property that the source does not know, the
destination keeps its value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance

# The system table with the metadata of each part of a snapshot.
METADATA = {
    "collections": "directus_collections",
    "fields": "directus_fields",
    "relations": "directus_relations",
}
SYSTEM_FIELDS = "systemFields"
# Parts of a schema that come with an index.
INDEXED = ("is_primary_key", "is_unique")
# By table: the names of its columns.
TableColumns = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class VersionTranslation:
    """Translates snapshots from the source's version to the destination's."""

    source_columns: TableColumns
    destination_columns: TableColumns

    def translate(self, desired: Row, current: Row) -> Row:
        """Translate a snapshot of the source; ``current`` is the destination's snapshot.

        Returns the same object between equal versions.
        """
        if desired["directus"] == current["directus"]:
            return desired
        parts: dict[str, Any] = {
            part: self._translate_part(part, desired[part], current[part]) for part in METADATA
        }
        if SYSTEM_FIELDS in desired and SYSTEM_FIELDS in current:
            parts[SYSTEM_FIELDS] = self._system_fields(
                desired[SYSTEM_FIELDS], current[SYSTEM_FIELDS]
            )
        rest = {
            name: value for name, value in desired.items() if name in current and name not in parts
        }
        return {**rest, **parts}

    def unknown_at_destination(self, part: str) -> frozenset[str]:
        """The properties of a ``part`` of the snapshot that only the source knows."""
        return self.source_columns[METADATA[part]] - self.destination_columns[METADATA[part]]

    def _unknown_at_source(self, part: str) -> frozenset[str]:
        return self.destination_columns[METADATA[part]] - self.source_columns[METADATA[part]]

    def _translate_part(self, part: str, desired: list[Row], current: list[Row]) -> list[Row]:
        existing = {_identity(row): row for row in current}
        return [
            self._translate_row(part, row, existing.get(_identity(row), {}))
            if row.get("meta")
            else row
            for row in desired
        ]

    def _translate_row(self, part: str, row: Row, existing: Row) -> Row:
        dropped, kept = self.unknown_at_destination(part), self._unknown_at_source(part)
        existing_meta = existing.get("meta") or {}
        meta = {
            **{name: value for name, value in row["meta"].items() if name not in dropped},
            **{name: value for name, value in existing_meta.items() if name in kept},
        }
        return {**_indexed_like(existing, row), "meta": meta}

    def _system_fields(self, desired: list[Row], current: list[Row]) -> list[Row]:
        """The indexes of system columns: all of the destination's, and new ones of the source.

        None is dropped, because each version creates some itself.
        """
        existing = {_identity(row) for row in current}
        new = [
            row
            for row in desired
            if _identity(row) not in existing
            and row["field"] in self.destination_columns.get(row["collection"], ())
        ]
        return [*current, *new]


def version_translation(source: Instance, destination: Instance) -> VersionTranslation:
    """The translation between the versions of two sides."""
    return VersionTranslation(_table_columns(source), _table_columns(destination))


def _table_columns(instance: Instance) -> TableColumns:
    return {name: frozenset(columns) for name, columns in instance.model.columns.items()}


def _indexed_like(existing: Row, row: Row) -> Row:
    """Copy a field with the destination's ``is_indexed``, if both have a key or a unique column.

    Such a column has an index in any case, and versions show that differently: 11.1 on SQLite shows
    it as indexed, later versions do not.
    """
    schema, existing_schema = row.get("schema") or {}, existing.get("schema") or {}
    if "is_indexed" not in schema.keys() & existing_schema.keys():
        return row
    if not any(schema[trait] and existing_schema[trait] for trait in INDEXED):
        return row
    return {**row, "schema": {**schema, "is_indexed": existing_schema["is_indexed"]}}


def _identity(row: Row) -> tuple[str, ...]:
    return row["collection"], row.get("field", "")
