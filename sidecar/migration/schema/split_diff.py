"""Divides a schema diff into parts that can be applied one by one."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from sidecar.directus.client import Row
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.diff_entries import creates
from sidecar.migration.schema.safe_diff import COLUMN_UNTOUCHED

COLLECTIONS, FIELDS, SYSTEM_FIELDS, RELATIONS = "collections", "fields", "systemFields", "relations"


class Change(NamedTuple):
    """The smallest part of a diff: an entry, or of an edited field its metadata or its column."""

    part: str
    collection: str
    field: str | None = None
    # Whether the entry creates something.
    is_new: bool = False
    # Of an edited field: only what is inside its metadata, or only the rest.
    is_meta: bool = False
    # Of a relation: the collection that it points to.
    target: str | None = None
    # Of a collection: the group that it belongs to.
    group: str | None = None
    is_key: bool = False


class Step(NamedTuple):
    """Changes that are applied together before they are tried apart."""

    changes: tuple[Change, ...]
    # It creates a collection with its key, and cannot be divided.
    is_whole: bool = False


def steps_of(diff: SchemaDiff, only: Collection[Change] | None = None) -> list[Step]:
    """The steps of a diff: one for each collection with its fields, then one for its relations.

    A group comes before the collections in it. The steps contain the changes ``only``, if given.
    """
    changes = [
        change
        for part in diff.parts
        for change in _changes(diff, part)
        if only is None or change in only
    ]
    before = _by_collection([one for one in changes if one.part != RELATIONS])
    after = _by_collection([one for one in changes if one.part == RELATIONS])
    return [*_groups_first(before), *after]


def divide(step: Step) -> list[Step]:
    """The steps into which a refused one falls. One that cannot be divided is the only one."""
    base = tuple(
        one for one in step.changes if (one.part == COLLECTIONS and one.is_new) or one.is_key
    )
    if step.is_whole or len(step.changes) == 1:
        return [step]
    if not any(one.part == COLLECTIONS for one in base):
        return [Step((one,)) for one in step.changes]
    rest = [Step((one,)) for one in step.changes if one not in base]
    return [Step(base, is_whole=True), *rest]


def select(diff: SchemaDiff, changes: Collection[Change]) -> SchemaDiff:
    """Reduce the diff to ``changes``, as far as it still has them."""
    wanted = set(changes)
    parts = {
        part: [
            reduced for entry in entries if (reduced := _reduce(part, entry, wanted)) is not None
        ]
        for part, entries in diff.parts.items()
    }
    return replace(diff, parts=parts)


def without_changes(diff: SchemaDiff, changes: Collection[Change]) -> SchemaDiff:
    """The diff without ``changes``."""
    if not changes:
        return diff
    every = {change for part in diff.parts for change in _changes(diff, part)}
    return select(diff, every - set(changes))


def without_collections(diff: SchemaDiff, names: Collection[str]) -> SchemaDiff:
    """The diff without all that is about the collections ``names``."""
    parts = {
        part: [entry for entry in entries if entry["collection"] not in names]
        for part, entries in diff.parts.items()
    }
    return replace(diff, parts=parts)


def without_groups(diff: SchemaDiff, groups: Collection[str]) -> SchemaDiff:
    """The diff with its new collections outside of ``groups``, which do not exist.

    Directus silently skips a collection in a group that does not exist.
    """
    entries = [_without_group(entry, groups) for entry in diff.parts.get(COLLECTIONS, ())]
    return replace(diff, parts={**diff.parts, COLLECTIONS: entries})


def _changes(diff: SchemaDiff, part: str) -> Iterator[Change]:
    for entry in diff.parts[part]:
        yield from changes_of(part, entry)


def changes_of(part: str, entry: Row) -> list[Change]:
    """The changes of one entry."""
    first, is_new = entry["diff"][0], creates(entry)
    created = (first.get("rhs") or {}) if is_new else {}
    change = Change(
        part,
        entry["collection"],
        entry.get("field"),
        is_new,
        target=entry.get("related_collection"),
        group=(created.get("meta") or {}).get("group") if part == COLLECTIONS else None,
        is_key=part == FIELDS and bool((created.get("schema") or {}).get("is_primary_key")),
    )
    if part != FIELDS or is_new:
        return [change]
    kinds = {_is_of_meta(one) for one in entry["diff"] if one != COLUMN_UNTOUCHED}
    return [change._replace(is_meta=kind) for kind in sorted(kinds, reverse=True)]


def _is_of_meta(change: Row) -> bool:
    return bool(change["path"][0] == "meta")


def _reduce(part: str, entry: Row, wanted: Collection[Change]) -> Row | None:
    """What of an entry is wanted."""
    changes = changes_of(part, entry)
    kept = [change for change in changes if change in wanted]
    if len(kept) in (0, len(changes)):
        return entry if kept else None
    if kept[0].is_meta:
        return {**entry, "diff": [*filter(_is_of_meta, entry["diff"]), COLUMN_UNTOUCHED]}
    return {**entry, "diff": [one for one in entry["diff"] if not _is_of_meta(one)]}


def _by_collection(changes: Sequence[Change]) -> list[Step]:
    names = dict.fromkeys(change.collection for change in changes)
    return [
        Step(tuple(change for change in changes if change.collection == name)) for name in names
    ]


def _groups_first(steps: Sequence[Step]) -> list[Step]:
    """``steps`` in the same order, but each after the one that creates its group."""
    by_name = {step.changes[0].collection: step for step in steps}
    ordered: dict[str, Step] = {}

    def add(name: str, inside: tuple[str, ...] = ()) -> None:
        if name in ordered or name not in by_name or name in inside:
            return
        for group in {change.group for change in by_name[name].changes if change.group}:
            add(group, (*inside, name))
        ordered[name] = by_name[name]

    for name in by_name:
        add(name)
    return [*ordered.values()]


def _without_group(entry: Row, groups: Collection[str]) -> Row:
    first = entry["diff"][0]
    meta = first["rhs"].get("meta") if creates(entry) and first.get("rhs") else None
    if not meta or meta.get("group") not in groups:
        return entry
    rhs = {**first["rhs"], "meta": {**meta, "group": None}}
    return {**entry, "diff": [{**first, "rhs": rhs}]}
