"""The entries of a schema diff, made so that no Directus drops or cuts anything when it applies
them.

Directus goes by the first change of an entry. 11.16 and older drop the table when that is a nested
deletion and take a nested addition for a new collection (directus#27877); newer ones still do where
it is not inside ``meta``.
"""

from collections.abc import Sequence

from sidecar.directus.client import Row
from sidecar.migration.schema.column_changes import SHAPE, classify
from sidecar.migration.schema.field_request import cannot_be_altered, field_request

DELETED, NEW, EDITED = "D", "N", "E"
# Directus writes a field with its column when there is a column in it, also for a change of
# metadata alone; 11.1.2 on SQLite then makes unique indexes that exist, and fails. Without one it
# leaves the column alone.
COLUMN_UNTOUCHED = {"kind": DELETED, "path": ["schema"], "lhs": {}}


class SafeDiff:
    """Turns entries of a diff from ``current`` to ``wanted`` into safe ones, and gathers what it
    had to leave out."""

    def __init__(self, wanted: Row, current: Row) -> None:
        self._wanted = wanted
        self._current = current
        self.conflicts: set[str] = set()
        self.wider: set[str] = set()
        self.fixed: set[str] = set()

    def entry(self, part: str, entry: Row) -> Row | None:
        """The entry as it may be sent; None when nothing of it may."""
        changes = entry["diff"]
        if not changes[0].get("path"):
            return self._whole(entry)
        if part == "systemFields":
            # An older source says nothing of system indexes, which is no wish to drop them.
            return entry if "systemFields" in self._wanted else None
        if part == "collections" and any(change["path"] == ["schema"] for change in changes):
            self.conflicts.add(entry["collection"])
            return None
        before, after = (_find(snapshot[part], entry) for snapshot in (self._current, self._wanted))
        others = [
            _edit(change)
            for change in changes
            if change["path"][0] != "meta" and change["kind"] != DELETED
        ]
        if part == "fields" and before.get("schema"):
            others = self._column(entry, before, after, others)
        changed_meta = any(change["path"][0] == "meta" for change in changes)
        safe = [*([_edit_meta(before["meta"], after["meta"])] if changed_meta else []), *others]
        return {**entry, "diff": safe} if safe and safe != [COLUMN_UNTOUCHED] else None

    def _whole(self, entry: Row) -> Row | None:
        first = entry["diff"][0]
        if first["kind"] != NEW:
            return None
        return {
            **entry,
            "diff": [{**first, "rhs": field_request(first["rhs"], self._wanted["vendor"])}],
        }

    def _column(self, entry: Row, before: Row, after: Row, others: list[Row]) -> list[Row]:
        """The changes of a field that has a column, without those that would cut what is in it."""
        name = f"{entry['collection']}.{entry['field']}"
        verdict = classify(before, after) if after.get("schema") else "harmless"
        if verdict == "another":
            self.conflicts.add(name)
        elif others and cannot_be_altered(before, self._current["vendor"]):
            self.fixed.add(name)
            return [COLUMN_UNTOUCHED]
        if verdict != "harmless":
            self.wider.add(name)
            others = [
                change
                for change in others
                if change["path"][0] != "type" and change["path"][-1] not in SHAPE
            ]
        if not any(change["path"][0] == "schema" for change in others):
            return [*others, COLUMN_UNTOUCHED]
        return [*others, *_as_made(after, self._wanted["vendor"])]


def _edit(change: Row) -> Row:
    """An addition inside an entry as the edit that it is."""
    return {"lhs": None, **change, "kind": EDITED} if change["kind"] == NEW else change


def _as_made(after: Row, vendor: str) -> list[Row]:
    """What has to be said of a column besides, as Directus makes it anew for any change of it: see
    ``field_request``."""
    asked = field_request(after, vendor)
    said = [
        (["type"], after["type"], asked["type"]),
        (
            ["schema", "default_value"],
            after["schema"].get("default_value"),
            asked["schema"].get("default_value"),
        ),
    ]
    return [
        {"kind": EDITED, "path": path, "lhs": now, "rhs": word}
        for path, now, word in said
        if now != word
    ]


def _edit_meta(before: Row, after: Row) -> Row:
    """Metadata as one edit of the whole. A collection whose status stays what it is does not state
    it: 12.x takes that for one more active collection, and refuses it where the licence has no
    more."""
    if before and after and "status" in after and before.get("status") == after["status"]:
        after = {name: value for name, value in after.items() if name != "status"}
    return {"kind": EDITED, "path": ["meta"], "lhs": before, "rhs": after}


def _find(entries: Sequence[Row], entry: Row) -> Row:
    names = [name for name in ("collection", "field") if name in entry]
    return next(found for found in entries if all(found[name] == entry[name] for name in names))
