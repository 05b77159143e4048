"""Reduces the entries of a schema diff to what no version of Directus turns into a loss.

Directus reads only the first change of an entry. Version 11.16 and older drop the table when that
is a nested deletion, and take a nested addition for a new collection (directus#27877). Newer
versions still do so where the change is not inside ``meta``.
"""

from collections.abc import Sequence

from sidecar.directus.client import Row
from sidecar.migration.schema.column_changes import TYPE_ATTRIBUTES, classify
from sidecar.migration.schema.diff_entries import DELETED, EDITED, NEW, creates, label_of
from sidecar.migration.schema.field_request import cannot_be_altered, field_request

# Directus writes a field together with its column when the entry contains a column, also for a
# change of metadata only. Version 11.1.2 on SQLite then creates unique indexes a second time, and
# fails. This change removes the column from the entry, and Directus leaves it alone.
COLUMN_UNTOUCHED = {"kind": DELETED, "path": ["schema"], "lhs": {}}


class SafeDiff:
    """Reduces the entries of a diff from ``current`` to ``desired``, two snapshots.

    Records the names of what it left out.
    """

    def __init__(self, desired: Row, current: Row) -> None:
        self._desired = desired
        self._current = current
        # What the two sides define as different things.
        self.conflicts: set[str] = set()
        # Columns that keep their type, because the desired one holds fewer values.
        self.wider_columns: set[str] = set()
        # Columns that Directus cannot change.
        self.unalterable_columns: set[str] = set()

    @property
    def vendor(self) -> str:
        """The destination's database."""
        return str(self._desired["vendor"])

    def reduce(self, part: str, entry: Row) -> Row | None:
        """Reduce an entry of a ``part`` of the diff; None when nothing of it is safe."""
        changes = entry["diff"]
        if not changes[0].get("path"):
            return self._new(entry)
        if part == "systemFields":
            # A source of an older version does not list system indexes; they are not to be dropped.
            is_unsafe = any(change["kind"] == DELETED for change in changes)
            return entry if "systemFields" in self._desired and not is_unsafe else None
        if part == "collections" and any(change["path"] == ["schema"] for change in changes):
            self.conflicts.add(entry["collection"])
            return None
        safe_changes = self._changes(part, entry)
        if not safe_changes or safe_changes == [COLUMN_UNTOUCHED]:
            return None
        return {**entry, "diff": safe_changes}

    def _new(self, entry: Row) -> Row | None:
        """A whole collection, field or relation, if the entry creates one."""
        if not creates(entry):
            return None
        first = entry["diff"][0]
        request = field_request(first["rhs"], self._desired["vendor"])
        return {**entry, "diff": [{**first, "rhs": request}]}

    def _changes(self, part: str, entry: Row) -> list[Row]:
        before, after = (_find(side[part], entry) for side in (self._current, self._desired))
        changes = [
            _as_edit(change)
            for change in entry["diff"]
            if change["path"][0] != "meta" and change["kind"] != DELETED
        ]
        if part == "fields" and before.get("schema"):
            changes = self.column_changes(label_of(entry), before, after, changes)
        if any(change["path"][0] == "meta" for change in entry["diff"]):
            return [_edit_meta(before["meta"], after["meta"]), *changes]
        return changes

    def column_changes(self, name: str, before: Row, after: Row, changes: list[Row]) -> list[Row]:
        """The changes of a field with a column, without those that would cut its values.

        Ends with COLUMN_UNTOUCHED when the column itself does not change.
        """
        change_class = classify(before, after) if after.get("schema") else "safe"
        if change_class == "incompatible":
            self.conflicts.add(name)
        elif changes and cannot_be_altered(before, after, self.vendor):
            self.unalterable_columns.add(name)
            return [COLUMN_UNTOUCHED]
        if change_class != "safe":
            self.wider_columns.add(name)
            changes = [change for change in changes if not _changes_type(change)]
        if not any(change["path"][0] == "schema" for change in changes):
            return [*changes, COLUMN_UNTOUCHED]
        return [*changes, *_edits_of_request(after, self.vendor)]


def _changes_type(change: Row) -> bool:
    return bool(change["path"][0] == "type" or change["path"][-1] in TYPE_ATTRIBUTES)


def _as_edit(change: Row) -> Row:
    """Turn a nested addition into an edit."""
    return {"lhs": None, **change, "kind": EDITED} if change["kind"] == NEW else change


def _edits_of_request(after: Row, vendor: str) -> list[Row]:
    """Edits that turn a field of a snapshot into its request.

    Directus redefines the whole column for any change of it: see ``field_request``.
    """
    request = field_request(after, vendor)
    values = [
        (["type"], after["type"], request["type"]),
        (
            ["schema", "default_value"],
            after["schema"].get("default_value"),
            request["schema"].get("default_value"),
        ),
    ]
    return [
        {"kind": EDITED, "path": path, "lhs": shown, "rhs": requested}
        for path, shown, requested in values
        if shown != requested
    ]


def _edit_meta(before: Row, after: Row) -> Row:
    """Edit the metadata as a whole.

    An unchanged status is left out. Directus 12 counts a stated one as one more active collection,
    and refuses it when the licence allows no more.
    """
    if before and after and "status" in after and before.get("status") == after["status"]:
        after = {name: value for name, value in after.items() if name != "status"}
    return {"kind": EDITED, "path": ["meta"], "lhs": before, "rhs": after}


def _find(rows: Sequence[Row], entry: Row) -> Row:
    """The row of a snapshot that an entry is about."""
    names = [name for name in ("collection", "field") if name in entry]
    for row in rows:
        if all(row[name] == entry[name] for name in names):
            return row
    raise LookupError(f"{label_of(entry)} is in the diff, but not in the snapshot")
