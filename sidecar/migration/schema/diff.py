"""Compares the destination's schema with the desired one, and applies the difference safely.

Directus compares with ``/schema/diff``, which writes nothing, and applies with ``/schema/apply``.
It mirrors by default: whatever only the destination has comes as a deletion. Deletions are removed
from the diff before it is applied.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import orjson

from sidecar.directus.client import Directus, Row
from sidecar.errors import DirectusError, DirectusRejected
from sidecar.migration.schema.adopted_changes import AdoptedChange, AdoptedChanges
from sidecar.migration.schema.diff_entries import (
    DELETED,
    creates,
    creates_folder,
    deletes,
    label_of,
)
from sidecar.migration.schema.diff_summary import SchemaCounts, SchemaNames, shorten
from sidecar.migration.schema.field_name import FieldName
from sidecar.migration.schema.refusal import is_self_explanatory
from sidecar.migration.schema.safe_diff import SafeDiff

PARTS = ("collections", "fields", "systemFields", "relations")
FORCE = {"force": "true"}
NULLABILITY = ["schema", "is_nullable"]


@dataclass(frozen=True, slots=True)
class SchemaDiff:
    """A schema diff of Directus, reduced to what deletes and cuts nothing."""

    # Identifies the compared schema for ``/schema/apply``. None: there is nothing to change.
    hash: str | None
    # By part of the snapshot: the entries.
    parts: dict[str, list[Row]]
    # Names that only the destination has.
    kept: tuple[str, ...] = ()
    # Names that the two sides define as different things.
    conflicts: tuple[str, ...] = ()
    # Columns that keep their type, because the source's type holds fewer values.
    wider_columns: tuple[str, ...] = ()
    # Columns that Directus cannot change.
    unalterable_columns: tuple[str, ...] = ()
    # Changes of what has no metadata at the destination.
    adopted: tuple[AdoptedChange, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to apply."""
        return not any(self.parts.values()) and not self.adopted

    def collections(self) -> set[str]:
        """The collections that it creates or changes."""
        entries = {entry["collection"] for part in self.parts.values() for entry in part}
        return entries | {change.collection for change in self.adopted}

    def with_adopted(self, adopted: AdoptedChanges) -> "SchemaDiff":
        """Add what is compared apart from Directus' own diff."""
        return replace(
            self,
            adopted=adopted.changes,
            # Version 11.1.2 takes them for what only the destination has.
            kept=tuple(name for name in self.kept if name not in adopted.names),
            conflicts=_joined(self.conflicts, adopted.conflicts),
            wider_columns=_joined(self.wider_columns, adopted.wider_columns),
            unalterable_columns=_joined(self.unalterable_columns, adopted.unalterable_columns),
        )

    def changes_of(self, names: Collection[str]) -> "SchemaDiff":
        """Reduce the diff to changes of the collections ``names``, without anything new."""
        parts = {
            part: [
                entry for entry in entries if entry["collection"] in names and not creates(entry)
            ]
            for part, entries in self.parts.items()
        }
        return replace(self, parts=parts)

    def new_defaults(self, collection: str) -> Row:
        """The defaults that existing rows of ``collection`` get in new columns, by column."""
        created = [
            entry["diff"][0]["rhs"]
            for entry in self.parts.get("fields", ())
            if entry["collection"] == collection and creates(entry)
        ]
        return {
            field["field"]: field["schema"]["default_value"]
            for field in created
            if (field.get("schema") or {}).get("default_value") is not None
        }

    def counts(self) -> SchemaCounts:
        """How many collections, fields and relations the diff adds, changes and keeps."""
        added, changed = self.labels()
        return SchemaCounts(added=len(added), changed=len(changed), kept=len(self.kept))

    def count_not_null(self, names: Collection[FieldName]) -> int:
        """How many changes do nothing but make one of these columns NOT NULL."""
        entries = [
            entry
            for entry in self.parts.get("fields", ())
            if (entry["collection"], entry["field"]) in names and not creates(entry)
        ]
        edits = sum(all(edit.get("path") == NULLABILITY for edit in one["diff"]) for one in entries)
        return edits + sum(
            (change.collection, change.column) in names and not change.is_relation
            for change in self.adopted
        )

    def added_parts(self) -> dict[str, int]:
        """How many collections, fields and relations the diff adds, and how many of the collections
        are folders."""
        added = {part: sum(map(creates, entries)) for part, entries in self.parts.items()}
        fields = added.get("fields", 0) + added.get("systemFields", 0)
        relations = added.get("relations", 0)
        return {
            "collections": added.get("collections", 0),
            "folders": sum(map(creates_folder, self.parts.get("collections", ()))),
            "fields": fields,
            "relations": relations,
        }

    def names(self) -> SchemaNames:
        """The names behind ``counts``."""
        added, changed = self.labels()
        return SchemaNames(shorten(added), shorten(changed), shorten(self.kept))

    def labels(self) -> tuple[list[str], list[str]]:
        """What is added, and what is changed."""
        entries = [entry for part in self.parts.values() for entry in part]
        added = [label_of(entry) for entry in entries if creates(entry)]
        changed = [label_of(entry) for entry in entries if not creates(entry)]
        return added, changed + [change.label for change in self.adopted]


def compare_schema(destination: Directus, desired: Row, current: Row, *, force: bool) -> SchemaDiff:
    """Compare the destination with the ``desired`` snapshot; ``current`` is its own snapshot.

    Raises DirectusRejected when version or database differ and ``force`` is not set.
    """
    answer = destination.send(
        "POST", "/schema/diff", params=FORCE if force else {}, files=_as_file(desired)
    )
    if answer is None:
        return SchemaDiff(None, {})
    entries: dict[str, list[Row]] = answer["diff"]
    replaced = _replaced(entries)
    safe = SafeDiff(desired, current)
    parts = {
        part: [
            safe_entry
            for entry in entries[part]
            if label_of(entry) not in replaced and (safe_entry := safe.reduce(part, entry))
        ]
        for part in PARTS
        if part in entries
    }
    return SchemaDiff(
        answer["hash"],
        parts,
        tuple(label_of(entry) for part in entries.values() for entry in part if deletes(entry)),
        tuple(sorted(replaced | safe.conflicts)),
        tuple(sorted(safe.wider_columns)),
        tuple(sorted(safe.unalterable_columns)),
    )


def apply_schema(destination: Directus, diff: SchemaDiff, *, force: bool) -> None:
    """Apply the diff; an empty one sends no request.

    Raises DirectusRejected, also when somebody changed the schema after the comparison. On MySQL
    the destination may then have a part of the diff.
    """
    _reject_deletions(diff)
    if diff.empty:
        return
    body = {"hash": diff.hash, "diff": diff.parts}
    try:
        destination.send(
            "POST", "/schema/apply", params=FORCE if force else {}, files=_as_file(body)
        )
    except DirectusRejected as error:
        if is_self_explanatory(error):
            raise
        # MySQL keeps the changes made so far. Directus does not notice them until its cache is
        # cleared.
        with suppress(DirectusError):
            destination.send("POST", "/utils/cache/clear", params={"system": "true"}, body={})
        raise


def _joined(names: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*names, *more}))


def _reject_deletions(diff: SchemaDiff) -> None:
    for entry in (entry for part in diff.parts.values() for entry in part):
        # Directus reads only the first change: a deletion there deletes the whole thing.
        if entry["diff"][0]["kind"] == DELETED:
            raise AssertionError(f"The schema diff contains a deletion: {entry}")


def _as_file(document: Any) -> dict[str, tuple[str, bytes, str]]:
    """Encode a document as a file. The size limit on JSON bodies does not apply to files."""
    return {"file": ("schema.json", orjson.dumps(document), "application/json")}


def _replaced(entries: dict[str, list[Row]]) -> set[str]:
    """Fields that Directus would delete and create again.

    One side has a column where the other has an alias.
    """
    replaced: set[str] = set()
    for part in entries.values():
        deleted = {label_of(entry) for entry in part if deletes(entry)}
        replaced |= deleted & {label_of(entry) for entry in part if creates(entry)}
    return replaced
