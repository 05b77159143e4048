"""Finds what changes of the destination's columns and foreign keys that have no metadata there.

``/schema/diff`` and ``/schema/apply`` ignore them. Each is compared here in the same way, and
changed by a request of its own.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.diff_entries import EDITED
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.migration.schema.loading_mode import in_loading_mode
from sidecar.migration.schema.safe_diff import COLUMN_UNTOUCHED, SafeDiff
from sidecar.migration.schema.snapshot import (
    translate_all,
    untracked_rows,
    with_adopted_columns,
)
from sidecar.resources.base import segment

# The parts of a column's schema that are compared.
COLUMN_ATTRIBUTES = (
    "data_type",
    "max_length",
    "numeric_precision",
    "numeric_scale",
    "default_value",
    "is_nullable",
    "is_unique",
    "is_indexed",
)
# What the database decides about a key.
KEY_ATTRIBUTES = frozenset({"is_nullable", "is_unique", "is_indexed", "default_value"})
RULES = ("on_delete", "on_update")


@dataclass(frozen=True, slots=True)
class AdoptedChange:
    """A change of a column or foreign key that has no metadata at the destination."""

    collection: str
    column: str
    # The request that makes it.
    path: str
    body: dict[str, Any]
    # The column as it is, where its type or its schema changes.
    before: Row | None = None

    @property
    def label(self) -> str:
        """The name, as ``posts.title``."""
        return f"{self.collection}.{self.column}"

    @property
    def is_relation(self) -> bool:
        """Whether it changes the foreign key, and not the column."""
        return self.path.startswith("/relations/")

    @property
    def is_nullability(self) -> bool:
        """Whether it changes whether the column takes null."""
        return self.before is not None and (
            self.before["schema"].get("is_nullable") != self.body["schema"]["is_nullable"]
        )

    def parts(self) -> tuple["AdoptedChange", "AdoptedChange | None"]:
        """Whether the column takes null, and all else that it changes. None: nothing else."""
        column: Row = self.before or {}
        edited, kept = self.body["schema"], column["schema"]
        only = {**kept, "is_nullable": edited["is_nullable"]}
        rest = {**self.body, "schema": {**edited, "is_nullable": kept.get("is_nullable")}}
        same = {"type": column["type"], "schema": kept}
        return (
            replace(self, body={"type": column["type"], "schema": only}),
            None if rest == same else replace(self, body=rest),
        )


@dataclass(frozen=True, slots=True)
class AdoptedChanges:
    """All changes, and the names of the columns that stay as they are."""

    changes: tuple[AdoptedChange, ...] = ()
    # All that both sides have.
    names: frozenset[str] = frozenset()
    wider_columns: frozenset[str] = frozenset()
    unalterable_columns: frozenset[str] = frozenset()
    conflicts: frozenset[str] = frozenset()


def adopted_changes(
    source: Instance,
    destination: Instance,
    *,
    loading: Collection[str] = (),
    nullable: Collection[FieldName] = (),
) -> AdoptedChanges:
    """What changes of the destination's columns and foreign keys without metadata.

    The columns ``nullable`` are to lose their NOT NULL, and those of the collections ``loading`` to
    get the metadata of loading mode.
    """
    desired = in_loading_mode(adopted_snapshot(source, destination), loading, nullable)
    if not desired["fields"] and not desired["relations"]:
        return AdoptedChanges()
    existing = untracked_rows(destination.fields, destination.snapshot["fields"])
    safe = SafeDiff(desired, {**desired, "fields": list(existing.values())})
    changes = [
        *_field_changes(desired["fields"], existing, safe),
        *_relation_changes(desired["relations"], destination),
    ]
    return AdoptedChanges(
        tuple(changes),
        frozenset(".".join(field_name(row)) for row in desired["fields"]),
        frozenset(safe.wider_columns),
        frozenset(safe.unalterable_columns),
        frozenset(safe.conflicts),
    )


def adopted_snapshot(source: Instance, destination: Instance) -> Row:
    """The desired snapshot of the columns and foreign keys without metadata at the destination."""
    wanted = with_adopted_columns(source, destination)
    current = destination.snapshot
    parts = {
        part: untracked_rows(rows, current[part])
        for part, rows in (("fields", destination.fields), ("relations", destination.relations))
    }
    common = {
        part: [row for row in wanted[part] if field_name(row) in rows]
        for part, rows in parts.items()
    }
    # They are described like those that have metadata, so that they are compared like them.
    described = {part: [*current[part], *rows.values()] for part, rows in parts.items()}
    translated = translate_all(
        {**wanted, "collections": [], **common}, source, destination, {**current, **described}
    )
    named = {
        part: [row for row in translated[part] if field_name(row) in rows]
        for part, rows in parts.items()
    }
    return {**translated, **named}


def _field_changes(
    fields: Iterable[Row], existing: dict[FieldName, Row], safe: SafeDiff
) -> Iterator[AdoptedChange]:
    for after in fields:
        before = existing[field_name(after)]
        body: dict[str, Any] = {}
        if after.get("meta"):
            body["meta"] = after["meta"]
        if edits := _column_edits(before, after, safe):
            requested = _edited(before, edits)
            body |= {"type": requested["type"], "schema": requested["schema"]}
        if body:
            yield _change("fields", after, body, before if edits else None)


def _column_edits(before: Row, after: Row, safe: SafeDiff) -> list[Row]:
    """The safe changes of a column."""
    is_key = before["schema"].get("is_primary_key")
    edits = [
        _edit(["schema", name], before["schema"].get(name), after["schema"].get(name))
        for name in COLUMN_ATTRIBUTES
        if not (is_key and name in KEY_ATTRIBUTES)
    ]
    if before["schema"].get("data_type") != after["schema"].get("data_type"):
        edits.append(_edit(["type"], before["type"], after["type"]))
    edits = [edit for edit in edits if edit["lhs"] != edit["rhs"]]
    if is_key and before["schema"].get("has_auto_increment"):
        return []
    name = ".".join(field_name(after))
    safe_edits = safe.column_changes(name, before, after, edits)
    return [] if COLUMN_UNTOUCHED in safe_edits else safe_edits


def _edited(field: Row, edits: Iterable[Row]) -> Row:
    schema = {edit["path"][-1]: edit["rhs"] for edit in edits if edit["path"][0] == "schema"}
    types = [edit["rhs"] for edit in edits if edit["path"] == ["type"]]
    return {**field, "type": [field["type"], *types][-1], "schema": {**field["schema"], **schema}}


def _relation_changes(relations: Iterable[Row], destination: Instance) -> Iterator[AdoptedChange]:
    existing = {field_name(row): row for row in destination.relations}
    for after in relations:
        before = existing[field_name(after)]
        if after.get("related_collection") != before.get("related_collection"):
            continue
        rules = {name: (after.get("schema") or {}).get(name) for name in RULES}
        has_same_rules = all(before["schema"].get(name) == rule for name, rule in rules.items())
        if not after.get("meta") and (has_same_rules or not after.get("schema")):
            continue
        names = {name: after[name] for name in ("collection", "field", "related_collection")}
        body = {**names, "schema": {**before["schema"], **(rules if after.get("schema") else {})}}
        if after.get("meta"):
            body["meta"] = after["meta"]
        yield _change("relations", after, body)


def _change(part: str, row: Row, body: Row, before: Row | None = None) -> AdoptedChange:
    collection, name = field_name(row)
    path = f"/{part}/{segment(collection)}/{segment(name)}"
    return AdoptedChange(collection, name, path, body, before)


def _edit(path: list[str], before: object, after: object) -> Row:
    return {"kind": EDITED, "path": path, "lhs": before, "rhs": after}
