"""The destination's schema is brought up to the source's and never loses anything.

Directus compares (``/schema/diff``, writes nothing) and applies (``/schema/apply``). Its default is
to mirror, so whatever only the destination has comes as a deletion: those are taken out of the diff
before it is applied.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import orjson

from sidecar.directus.client import Directus, Row
from sidecar.errors import DirectusError, DirectusRejected
from sidecar.migration.schema.refusal import says_enough, with_advice
from sidecar.migration.schema.safe_diff import DELETED, NEW, SafeDiff

PARTS = ("collections", "fields", "systemFields", "relations")
FORCE = {"force": "true"}
MAX_NAMES = 100


@dataclass(frozen=True, slots=True)
class SchemaCounts:
    """Collections, fields and relations that are added, changed, or kept because only the
    destination has them."""

    added: int
    changed: int
    kept: int
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class SchemaNames:
    """Collections and their fields (``posts``, ``posts.title``), MOST_NAMES of each at most; what
    belongs to a collection that is named is not named on its own."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SchemaDiff:
    """A diff of Directus without what would lose something; ``hash`` is None when there is nothing
    to change.

    ``kept`` entries exist only at the destination. ``conflicts`` are names that are one thing here
    and another there; ``wider`` names columns that stay because the source's are narrower,
    ``fixed`` those that Directus cannot change.
    """

    hash: str | None
    parts: dict[str, list[Row]]
    kept: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not any(self.parts.values())

    def changes_of(self, names: Collection[str]) -> "SchemaDiff":
        """What changes in collections of these ``names``, without anything that would be made
        there."""
        parts = {
            part: [
                entry
                for entry in entries
                if entry["collection"] in names and not _is_whole(entry, NEW)
            ]
            for part, entries in self.parts.items()
        }
        return replace(self, parts=parts)

    def counts(self) -> SchemaCounts:
        entries = [entry for part in self.parts.values() for entry in part]
        added = sum(1 for entry in entries if _is_whole(entry, NEW))
        return SchemaCounts(added=added, changed=len(entries) - added, kept=len(self.kept))

    def names(self) -> SchemaNames:
        """What the counts are about."""
        entries = [entry for part in self.parts.values() for entry in part]
        added = [_name(entry) for entry in entries if _is_whole(entry, NEW)]
        changed = [_name(entry) for entry in entries if not _is_whole(entry, NEW)]
        return SchemaNames(*(_at_most(names) for names in (added, changed, self.kept)))


def compare_schema(destination: Directus, wanted: Row, current: Row, *, force: bool) -> SchemaDiff:
    """What would bring ``destination``, whose snapshot is ``current``, to the ``wanted`` snapshot.

    Raises DirectusRejected when version or vendor differ and ``force`` is not set.
    """
    answer = destination.send(
        "POST", "/schema/diff", params=FORCE if force else {}, files=_as_file(wanted)
    )
    if answer is None:
        return SchemaDiff(None, {})
    found = answer["diff"]
    safe = SafeDiff(wanted, current)
    replaced = _replaced(found)
    kept = tuple(
        _name(entry) for part in found.values() for entry in part if _is_whole(entry, DELETED)
    )
    parts = {
        name: [
            made
            for entry in found[name]
            if _identity(entry) not in replaced and (made := safe.entry(name, entry))
        ]
        for name in PARTS
        if name in found
    }
    conflicts = {".".join(name) for name in replaced} | safe.conflicts
    return SchemaDiff(
        answer["hash"],
        parts,
        kept,
        tuple(sorted(conflicts)),
        tuple(sorted(safe.wider)),
        tuple(sorted(safe.fixed)),
    )


def apply_schema(destination: Directus, diff: SchemaDiff, *, force: bool) -> None:
    """Write ``diff``. Raises DirectusRejected, also when the schema was changed by somebody since
    it was compared."""
    for entry in (entry for part in diff.parts.values() for entry in part):
        # Directus goes by the first change alone, and takes a deletion for that of the whole.
        if entry["diff"][0]["kind"] == DELETED:
            raise AssertionError(f"a deletion was about to be sent: {entry}")
    if not diff.empty:
        body = {"hash": diff.hash, "diff": diff.parts}
        try:
            destination.send(
                "POST", "/schema/apply", params=FORCE if force else {}, files=_as_file(body)
            )
        except DirectusRejected as error:
            if says_enough(error):
                raise
            # MySQL keeps what was made until then, and Directus would go on without knowing of it.
            with suppress(DirectusError):
                destination.send("POST", "/utils/cache/clear", params={"system": "true"}, body={})
            raise with_advice(error, diff.parts) from error


def _as_file(document: Any) -> dict[str, tuple[str, bytes, str]]:
    """Multipart is exempt from the limit on JSON bodies, which a large schema would exceed."""
    return {"file": ("schema.json", orjson.dumps(document), "application/json")}


def _is_whole(entry: Row, kind: str) -> bool:
    first = entry["diff"][0]
    return bool(first["kind"] == kind and not first.get("path"))


def _identity(entry: Row) -> tuple[str, ...]:
    return (entry["collection"], entry["field"]) if "field" in entry else (entry["collection"],)


def _name(entry: Row) -> str:
    return ".".join(_identity(entry))


def _at_most(names: Iterable[str]) -> tuple[str, ...]:
    named = dict.fromkeys(names)
    whole = {name for name in named if "." not in name}
    return tuple(
        islice(
            (name for name in named if name in whole or name.partition(".")[0] not in whole),
            MAX_NAMES,
        )
    )


def _replaced(diff: dict[str, list[Row]]) -> set[tuple[str, ...]]:
    """Fields that would be dropped and made anew, because one side has a column where the other has
    an alias."""
    found: set[tuple[str, ...]] = set()
    for part in diff.values():
        deleted = {_identity(entry) for entry in part if _is_whole(entry, DELETED)}
        found |= {_identity(entry) for entry in part if _is_whole(entry, NEW)} & deleted
    return found
