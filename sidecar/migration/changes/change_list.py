"""The list of changes of one run: a SQLite file that the run writes, and others read meanwhile."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate, takewhile
from pathlib import Path
from threading import Lock
from typing import Any, Self

from more_itertools import chunked

from sidecar.closing import Closing
from sidecar.errors import MigrationError
from sidecar.migration.changes.change import KINDS, Change, Kind, ListedChange
from sidecar.migration.changes.recording import Recording, stored_key
from sidecar.migration.changes.values import decode
from sidecar.migration.store.database import DAMAGED, MAX_VALUES, Database, Format, remove_file

FORMAT = Format(
    1,
    """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE collections (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, types TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE counts (
    collection INTEGER NOT NULL, kind INTEGER NOT NULL, rows INTEGER NOT NULL,
    listed INTEGER NOT NULL, valued INTEGER NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (collection, kind)
);
CREATE TABLE changes (
    id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, kind INTEGER NOT NULL,
    is_extra INTEGER NOT NULL, key TEXT NOT NULL, label TEXT, before BLOB, after BLOB,
    changed_by TEXT, fields BLOB
);
CREATE UNIQUE INDEX by_key ON changes (collection, is_extra, key);
CREATE INDEX by_kind ON changes (collection, kind, id)
""",
)
DESCRIBE = "UPDATE collections SET types = ? WHERE id = ?"
TYPES = "SELECT types FROM collections WHERE name = ?"
SET_FACT = "INSERT OR REPLACE INTO facts VALUES (?, ?)"
FACT = "SELECT value FROM facts WHERE name = ?"
COUNTS = """
SELECT name, kind, {} FROM counts JOIN collections ON id = collection WHERE rows ORDER BY id, kind
"""
# By kind, because the index has the rows in this order.
OF_KIND = """
SELECT * FROM (
    SELECT {} FROM changes
    WHERE collection = (SELECT id FROM collections WHERE name = ?) AND kind = ? AND id > ?
    ORDER BY id LIMIT ?
)
"""
SIZE = "id, coalesce(length(fields), 0)"
WHOLE = "id, kind, key, label, before, after, changed_by, fields"
# The values of a page: nobody holds more of them.
MAX_PAGE_BYTES = 3_000_000
KEYS = """
SELECT id, key FROM changes
WHERE collection = (SELECT id FROM collections WHERE name = ?) AND kind = ? AND id > ?
ORDER BY id LIMIT ?
"""
PLANNED = """
SELECT key, kind, before, after FROM changes
WHERE collection = (SELECT id FROM collections WHERE name = ?) AND is_extra = 0 AND key IN ({})
"""


class ChangeList(Closing):
    """The changes of one run. Threads may share it. Every method raises MigrationError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._recording: Recording | None = None
        # Why the list is not complete: a change could not be recorded.
        self.failure: MigrationError | None = None

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new list in the file at ``path``, in place of what is there."""
        remove_file(path)
        return cls._writing(path)

    @classmethod
    def resume(cls, path: Path) -> Self:
        """The list of an earlier attempt at the same run, which goes on; a new one if there is
        none that can be read."""
        try:
            changes = cls._writing(path)
        except MigrationError as error:
            if error.code != DAMAGED:
                raise
            return cls.create(path)
        with changes._recorded() as recording:
            recording.forget_unwritten()
        return changes

    @classmethod
    def open(cls, path: Path) -> Self:
        """A list that another process may be writing."""
        return cls(Database.read(path, FORMAT))

    @classmethod
    def _writing(cls, path: Path) -> Self:
        changes = cls(Database(path, FORMAT))
        changes._recording = Recording(changes._database)
        return changes

    def close(self) -> None:
        self._database.close()

    def add(self, changes: Iterable[Change]) -> None:
        """Record changes. A row that was recorded before is replaced."""
        with self._recorded() as recording:
            recording.add(changes)

    def describe(self, collection: str, types: Mapping[str, str]) -> None:
        """Record Directus' types of the fields of a collection, "file" for a reference to one. The
        collections are listed in the order in which they are described."""
        with self._recorded() as recording, self._database.transaction():
            number = recording.collection(collection)
            self._database.execute(DESCRIBE, (json.dumps(dict(types)), number))

    def types(self, collection: str) -> dict[str, str]:
        """Directus' types of the fields, as far as they are known."""
        found = self._database.execute(TYPES, (collection,))
        types: dict[str, str] = json.loads(found[0][0]) if found else {}
        return types

    @property
    def plan(self) -> dict[str, Any] | None:
        """What the plan of a dry run says besides its rows. None: the run has not come so far."""
        document: dict[str, Any] | None = self._fact("plan")
        return document

    def set_plan(self, document: Mapping[str, Any]) -> None:
        self._set_fact("plan", document)

    @property
    def baseline(self) -> bool | None:
        """Whether it was known what both sides had after the last run. None: nobody asked."""
        known: bool | None = self._fact("baseline")
        return known

    def set_baseline(self, known: bool) -> None:
        self._set_fact("baseline", known)

    def counts(self) -> dict[str, dict[Kind, int]]:
        """The rows by collection and kind, the collections in the order in which they came."""
        return self._numbers("rows")

    def listed(self) -> dict[str, dict[Kind, int]]:
        """How many of the rows that ``counts`` counts are listed."""
        return self._numbers("listed")

    def page(
        self, collection: str, kind: Kind | None, after: int, limit: int
    ) -> list[ListedChange]:
        """The first changes behind the one with the id ``after``: at most ``limit``, at least one
        if there is one, and no more values than fit into MAX_PAGE_BYTES. ``kind`` None: all."""
        numbers = range(len(KINDS)) if kind is None else [KINDS.index(kind)]

        def read(columns: str, limit: int) -> list[tuple[Any, ...]]:
            query = " UNION ALL ".join([OF_KIND.format(columns)] * len(numbers))
            values = [value for number in numbers for value in (collection, number, after, limit)]
            return self._database.execute(f"{query} ORDER BY id LIMIT ?", (*values, limit))

        sizes = accumulate(size for _, size in read(SIZE, limit))
        fitting = sum(1 for _ in takewhile(lambda size: size <= MAX_PAGE_BYTES, sizes))
        return [_listed(collection, row) for row in read(WHOLE, max(1, fitting))]

    def planned(
        self, collection: str, keys: Sequence[str]
    ) -> dict[str, tuple[Kind, bytes | None, bytes | None]]:
        """Kind and digests, before and after, of those of ``keys`` that are listed as the
        source's."""
        planned = {}
        by_stored = {stored_key(key): key for key in keys}
        for portion in chunked(by_stored, MAX_VALUES):
            query = PLANNED.format(", ".join("?" * len(portion)))
            for key, kind, before, after in self._database.execute(query, (collection, *portion)):
                planned[by_stored[key]] = KINDS[kind], before, after
        return planned

    def keys(self, collection: str, kinds: Collection[Kind], max_rows: int) -> Iterator[list[str]]:
        """The keys of all listed rows of ``kinds``, in portions."""
        for number in sorted(KINDS.index(kind) for kind in kinds):
            after = 0
            while found := self._database.execute(KEYS, (collection, number, after, max_rows)):
                yield [key for _, key in found]
                after = found[-1][0]

    def _fact(self, name: str) -> Any:
        found = self._database.execute(FACT, (name,))
        return json.loads(found[0][0]) if found else None

    def _set_fact(self, name: str, value: Any) -> None:
        with self._recorded():
            self._database.execute(SET_FACT, (name, json.dumps(value)))

    @contextmanager
    def _recorded(self) -> Iterator[Recording]:
        with self._lock:
            if self._recording is None:
                raise ValueError("the list was opened to be read")
            try:
                yield self._recording
            except MigrationError as error:
                self.failure = error
                raise

    def _numbers(self, column: str) -> dict[str, dict[Kind, int]]:
        numbers: dict[str, dict[Kind, int]] = {}
        for name, kind, number in self._database.execute(COUNTS.format(column)):
            numbers.setdefault(name, dict.fromkeys(KINDS, 0))[KINDS[kind]] = number
        return numbers


def _listed(collection: str, row: tuple[Any, ...]) -> ListedChange:
    number, kind, key, label, before, after, changed_by, stored = row
    fields, cut = decode(stored)
    return ListedChange(
        number, collection, KINDS[kind], key, label, fields, before, after, changed_by, cut
    )
