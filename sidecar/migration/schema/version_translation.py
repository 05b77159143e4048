"""A snapshot in the words of another version of Directus, as both sides tell them in ``/fields``
and their snapshots.

What the destination has no word for is left out, as it refuses it; of what the source has no word
for, the destination keeps what it has. Between instances that know the same nothing is changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance

# Where Directus keeps the metadata of each part of a snapshot: a column is a word.
METADATA = {
    "collections": "directus_collections",
    "fields": "directus_fields",
    "relations": "directus_relations",
}
SYSTEM_FIELDS = "systemFields"
INDEXED = ("is_primary_key", "is_unique")
Words = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class VersionTranslation:
    """The ``here`` and ``there`` known columns of each table, and so the words of each metadata."""

    here: Words
    there: Words

    def translate(self, wanted: Row, current: Row) -> Row:
        """The ``wanted`` snapshot as the destination, whose snapshot is ``current``, understands
        it."""
        if wanted["directus"] == current["directus"]:
            return wanted
        parts: dict[str, Any] = {
            part: self._part(part, wanted[part], current[part]) for part in METADATA
        }
        if SYSTEM_FIELDS in wanted and SYSTEM_FIELDS in current:
            parts[SYSTEM_FIELDS] = self._system_fields(
                wanted[SYSTEM_FIELDS], current[SYSTEM_FIELDS]
            )
        rest = {
            name: value for name, value in wanted.items() if name in current and name not in parts
        }
        return {**rest, **parts}

    def unknown_there(self, part: str) -> frozenset[str]:
        """The words about a ``part`` of the snapshot that the destination does not know."""
        return self.here[METADATA[part]] - self.there[METADATA[part]]

    def _part(self, part: str, wanted: list[Row], current: list[Row]) -> list[Row]:
        unknown_here, unknown_there = (
            self.there[METADATA[part]] - self.here[METADATA[part]],
            self.unknown_there(part),
        )
        own = {_identity(row): row for row in current}

        def translated(row: Row) -> Row:
            there = own.get(_identity(row), {})
            kept = {
                word: value
                for word, value in (there.get("meta") or {}).items()
                if word in unknown_here
            }
            said = {word: value for word, value in row["meta"].items() if word not in unknown_there}
            return {**_indexed_as(there, row), "meta": {**said, **kept}}

        return [translated(row) if row.get("meta") else row for row in wanted]

    def _system_fields(self, wanted: list[Row], current: list[Row]) -> list[Row]:
        """The indexes of system columns: those of both, as a version makes some of its own, and
        none is dropped."""
        own = {_identity(row) for row in current}
        more = [
            row
            for row in wanted
            if _identity(row) not in own and row["field"] in self.there.get(row["collection"], ())
        ]
        return [*current, *more]


def version_translation(source: Instance, destination: Instance) -> VersionTranslation:
    """What the two know."""
    here, there = (
        {name: frozenset(columns) for name, columns in side.model.columns.items()}
        for side in (source, destination)
    )
    return VersionTranslation(here, there)


def _indexed_as(there: Row, row: Row) -> Row:
    """``row``, a field, with the destination's view on whether a key or a unique column, which has
    an index by itself, counts as indexed: versions differ in that (11.1 on SQLite says yes, later
    ones no)."""
    schema, own = row.get("schema") or {}, there.get("schema") or {}
    if "is_indexed" not in schema.keys() & own.keys() or not any(
        schema[trait] and own[trait] for trait in INDEXED
    ):
        return row
    return {**row, "schema": {**schema, "is_indexed": own["is_indexed"]}}


def _identity(row: Row) -> tuple[str, ...]:
    return row["collection"], row.get("field", "")
