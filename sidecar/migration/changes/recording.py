"""Writes changes into their list. Counts are exact, whatever is listed."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from itertools import groupby
from operator import attrgetter

from more_itertools import chunked

from sidecar.migration.changes.change import KINDS, WRITTEN, Change, Kind
from sidecar.migration.changes.values import encode
from sidecar.migration.store.database import MAX_VALUES, Database
from sidecar.texts import plain

# Of other kinds not every row is listed: nobody plans anything for them.
ALL_LISTED: frozenset[Kind] = frozenset({"new", "changed", "conflict"})
# So many rows of another kind are listed, of each collection.
MAX_LISTED = 10_000
# The values of so many rows are stored, of each collection and kind.
MAX_WITH_FIELDS = 10_000
MAX_FIELD_BYTES = 500_000_000
MAX_LABEL = 200
EXTRA: Kind = "only_at_destination"

ADD_COLLECTION = "INSERT INTO collections (name) VALUES (?) ON CONFLICT DO NOTHING"
COLLECTION = "SELECT id FROM collections WHERE name = ?"
COUNTS = "SELECT collection, kind, rows, listed, valued, bytes FROM counts"
SET_COUNT = "INSERT OR REPLACE INTO counts VALUES (?, ?, ?, ?, ?, ?)"
KNOWN = """
SELECT key, id, kind, fields IS NOT NULL, coalesce(length(fields), 0) FROM changes
WHERE collection = ? AND is_extra = ? AND key IN ({})
"""
ADD = """
INSERT INTO changes (collection, kind, is_extra, key, label, before, after, changed_by, fields)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
REMOVE = "DELETE FROM changes WHERE id = ?"
FORGET = "DELETE FROM changes WHERE kind = ?"
FORGET_COUNT = "DELETE FROM counts WHERE kind = ?"


@dataclass(slots=True)
class _Count:
    rows: int = 0
    listed: int = 0
    with_fields: int = 0
    bytes: int = 0


def stored_key(key: str) -> str:
    """``key`` as the file can hold it: without half characters."""
    return key if key.isascii() else key.encode("utf-8", "replace").decode()


class Recording:
    """Writes to one file. The caller sees to it that only one thread at a time does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: dict[str, int] = {}
        self._counts: dict[tuple[int, int], _Count] = {}
        self._bytes = 0
        self._load()

    def forget_unwritten(self) -> None:
        """Forget the rows that another attempt at the run finds again: those that it writes
        nothing for."""
        with self._database.transaction():
            for number, kind in enumerate(KINDS):
                if kind not in WRITTEN:
                    self._database.execute(FORGET, (number,))
                    self._database.execute(FORGET_COUNT, (number,))
        self._load()

    def add(self, changes: Iterable[Change]) -> None:
        """Add changes. A row that is listed already is replaced."""
        for batch in chunked(changes, MAX_VALUES):
            with self._database.transaction():
                for name, rows in groupby(batch, attrgetter("collection")):
                    self._add(self.collection(name), list(rows))

    def collection(self, name: str) -> int:
        """The number of a collection in the file."""
        if name not in self._ids:
            self._database.execute(ADD_COLLECTION, (name,))
            ((self._ids[name],),) = self._database.execute(COLLECTION, (name,))
        return self._ids[name]

    def _load(self) -> None:
        counts = self._database.execute(COUNTS)
        self._counts = {(one[0], one[1]): _Count(*one[2:]) for one in counts}
        self._bytes = sum(count.bytes for count in self._counts.values())

    def _add(self, collection: int, changes: Sequence[Change]) -> None:
        extra = [change for change in changes if change.kind == EXTRA]
        others = [change for change in changes if change.kind != EXTRA]
        for is_extra, rows in ((1, extra), (0, others)):
            # Of a row that comes twice, the last one counts.
            by_key = {stored_key(change.key): change for change in rows}
            self._replace(collection, is_extra, by_key)
        touched = {KINDS.index(change.kind) for change in changes}
        touched |= {kind for (number, kind) in self._counts if number == collection}
        for kind in touched:
            if count := self._counts.get((collection, kind)):
                self._database.execute(SET_COUNT, (collection, kind, *astuple(count)))

    def _replace(self, collection: int, is_extra: int, changes: dict[str, Change]) -> None:
        marks = ", ".join("?" * len(changes))
        known = self._database.execute(KNOWN.format(marks), (collection, is_extra, *changes))
        for key, number, kind, has_fields, size in known:
            # An earlier attempt at the run has written the row, so that it is unchanged by now.
            if KINDS[kind] in WRITTEN and changes[key].kind == "unchanged":
                del changes[key]
                continue
            self._database.execute(REMOVE, (number,))
            self._count(collection, kind, rows=-1, listed=-1, with_fields=-has_fields, bytes=-size)
        listed = [
            values
            for key, change in changes.items()
            if (values := self._listed(collection, is_extra, key, change))
        ]
        self._database.execute_many(ADD, listed)

    def _listed(
        self, collection: int, is_extra: int, key: str, change: Change
    ) -> tuple[object, ...] | None:
        """The row of the file for a change, which is counted; None if it is not to be listed."""
        kind = KINDS.index(change.kind)
        count = self._counts.setdefault((collection, kind), _Count())
        count.rows += 1
        if change.kind not in ALL_LISTED and count.listed >= MAX_LISTED:
            return None
        count.listed += 1
        fields = None
        if count.with_fields < MAX_WITH_FIELDS and self._bytes < MAX_FIELD_BYTES:
            fields = encode(change.fields)
            self._count(collection, kind, with_fields=1, bytes=len(fields))
        label = None if change.label is None else plain(change.label, MAX_LABEL)
        place = (collection, kind, is_extra, key, label)
        return *place, change.before, change.after, change.changed_by, fields

    def _count(self, collection: int, kind: int, **numbers: int) -> None:
        count = self._counts.setdefault((collection, kind), _Count())
        for name, number in numbers.items():
            setattr(count, name, getattr(count, name) + number)
        self._bytes += numbers.get("bytes", 0)
