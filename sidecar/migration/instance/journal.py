"""What a run has begun at the destination and not finished.

A row that needs a second write looks complete after the first one, a paused flow looks like one
that somebody deactivated, and a reference without its target like one that somebody emptied. The
journal names them, so that any later run can finish them. It is a preset at the destination of a
collection that does not exist, so no page of the Data Studio shows it.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sidecar.directus.client import Directus, Row
from sidecar.errors import DestinationBusy
from sidecar.migration.instance.cleared import ClearedReferences, Columns, names_of
from sidecar.migration.instance.completed import CompletedRuns
from sidecar.migration.instance.ownerless_presets import read_ownerless
from sidecar.resources.system import JOURNAL

FIELDS = ("id",)
NAMES = ("unfinished", "paused", "waiting", "unsettled")
CLEARED, COMPLETED = "cleared", "completed"
CHANGED = (
    "Another run has written to this destination while this one made its plan, so this one wrote "
    "nothing. Start it again"
)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JournalEntries:
    """What an earlier run left unfinished."""

    # The preset that holds the entries. None: there is none.
    id: int | None = None
    # Collections with rows that lack their second write.
    unfinished: frozenset[str] = frozenset()
    # Ids of flows that a run deactivated.
    paused: frozenset[str] = frozenset()
    # Ids of flows that are to be activated when everything has arrived.
    waiting: frozenset[str] = frozenset()
    # Collections of which a run has recorded missing targets before it had looked through them.
    unsettled: frozenset[str] = frozenset()
    # References that were left empty. None: no run has recorded any.
    cleared: ClearedReferences | None = None
    # When runs began that have moved all of a collection.
    completed: CompletedRuns = field(default_factory=CompletedRuns)

    def knows_cleared(self, collection: str) -> bool:
        """Whether it is known of each reference of ``collection`` whether a run left it empty."""
        if self.cleared is None or collection in self.unsettled:
            return False
        return self.cleared.knows(collection)

    def was_cleared(self, collection: str, column: str, key: str) -> bool:
        """Whether a run has left ``column`` empty because the target ``key`` was missing."""
        return self.cleared is not None and self.cleared.misses(collection, column, key)


def read_journal(destination: Directus) -> JournalEntries:
    """The entries at the destination. Reads only. A damaged journal counts as none."""
    for row in read_ownerless(destination, JOURNAL):
        try:
            return _entries(row)
        except (AttributeError, KeyError, TypeError, ValueError):
            logger.warning("Ignore damaged journal id=%s", row["id"])
    return JournalEntries()


def require_same_journal(destination: Directus, entries: JournalEntries) -> None:
    """Raises DestinationBusy if another run has changed the journal since ``entries`` were read."""
    if read_journal(destination) != entries:
        raise DestinationBusy(CHANGED, run_id=None)


def _entries(row: Row) -> JournalEntries:
    """Raises an error of Python for a document that no run has written."""
    document = row["layout_options"]
    cleared = document.get(CLEARED)
    return JournalEntries(
        row["id"],
        **{name: names_of(document.get(name, [])) for name in NAMES},
        cleared=None if cleared is None else ClearedReferences.from_document(cleared),
        completed=CompletedRuns.from_document(document.get(COMPLETED, {})),
    )


class Journal:
    """The journal of one destination. Making one writes nothing."""

    def __init__(self, destination: Directus, entries: JournalEntries) -> None:
        self._destination = destination
        self._id = entries.id
        self.unfinished = entries.unfinished
        self.paused = entries.paused
        self.waiting = entries.waiting
        self.unsettled = entries.unsettled
        self.cleared = entries.cleared
        self.completed = entries.completed

    def begin(self, names: Iterable[str]) -> None:
        """Record that ``names`` are about to get rows that need a second write."""
        self._write(unfinished=self.unfinished.union(names))

    def end(self, names: Iterable[str]) -> None:
        """Record that all rows of ``names`` have had it."""
        self._write(unfinished=self.unfinished.difference(names))

    def pause(self, flows: Iterable[str]) -> None:
        """Record that ``flows`` are about to be paused."""
        self._write(paused=self.paused.union(flows))

    def resume(self) -> None:
        """Record that no flow is paused any more."""
        self._write(paused=frozenset())

    def wait(self, flows: Iterable[str]) -> None:
        """Record that ``flows`` are about to be created, and are activated at the end."""
        self._write(waiting=self.waiting.union(flows))

    def activated(self, flows: Iterable[str]) -> None:
        """Record that ``flows`` no longer wait."""
        self._write(waiting=self.waiting.difference(flows))

    def clear(self, collection: str, columns: Columns, *, had_rows: bool = True) -> None:
        """Record that references in ``columns`` are about to be left empty, or are empty, because
        their targets are missing.

        Where ``collection`` ``had_rows``, an earlier version may have left others of them empty. So
        nothing is known of these before the collection is settled.
        """
        if any(columns.values()) or None in columns.values():
            cleared = self.cleared or ClearedReferences()
            is_new = had_rows and not cleared.knows(collection)
            self._write(
                cleared=cleared.plus(collection, columns),
                unsettled=self.unsettled.union([collection] if is_new else []),
            )

    def settle(self, collections: Mapping[str, Columns]) -> None:
        """Record that ``collections`` were looked through: only these of their references are left
        empty. Without any record so far, and nothing to record, none is made."""
        cleared = self.cleared
        if cleared is not None:
            for collection, columns in collections.items():
                cleared = cleared.only(collection, columns)
            self._write(cleared=cleared, unsettled=self.unsettled.difference(collections))

    def complete(self, completed: CompletedRuns) -> None:
        """Record which runs have moved all of a collection."""
        self._write(completed=completed)

    def _write(self, **changes: Any) -> None:
        names = (*NAMES, CLEARED, COMPLETED)
        before = {name: getattr(self, name) for name in names}
        after = {**before, **changes}
        if after == before:
            return
        if not any(after.values()):
            self._destination.send("DELETE", f"/presets/{self._id}")
            self._id = None
        else:
            self._store(after)
        for name, value in after.items():
            setattr(self, name, value)

    def _store(self, entries: Mapping[str, Any]) -> None:
        options: dict[str, Any] = {name: sorted(entries[name]) for name in NAMES}
        if entries[CLEARED] is not None:
            options[CLEARED] = entries[CLEARED].document()
        if entries[COMPLETED]:
            options[COMPLETED] = entries[COMPLETED].document()
        body = {"collection": JOURNAL, "layout_options": options}
        if self._id is None:
            created = self._destination.create("/presets", body, fields=FIELDS, repeatable=False)
            self._id = created["id"]
        else:
            self._destination.update(f"/presets/{self._id}", body, fields=FIELDS)
