"""What a run has begun at the destination and not finished.

A row that needs a second write looks complete after the first one, and a paused flow looks like one
that somebody deactivated. The journal names them, so that any later run can finish them. It is a
preset at the destination that belongs to no collection, so nobody sees it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sidecar.directus.client import Directus
from sidecar.resources.system import JOURNAL

FIELDS = ("id",)
NAMES = ("unfinished", "paused", "waiting")


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


def read_journal(destination: Directus) -> JournalEntries:
    """The entries at the destination. Reads only."""
    rows = destination.search(
        "/presets",
        {"filter": {"collection": {"_eq": JOURNAL}}, "fields": ["id", "layout_options"]},
    )
    if not rows:
        return JournalEntries()
    entries = rows[0]["layout_options"]
    return JournalEntries(rows[0]["id"], *(frozenset(entries.get(name, ())) for name in NAMES))


class Journal:
    """The journal of one destination. Making one writes nothing."""

    def __init__(self, destination: Directus, entries: JournalEntries) -> None:
        self._destination = destination
        self._id = entries.id
        self.unfinished = entries.unfinished
        self.paused = entries.paused
        self.waiting = entries.waiting

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

    def _write(self, **changes: frozenset[str]) -> None:
        before = {name: getattr(self, name) for name in NAMES}
        after = {**before, **changes}
        if after == before:
            return
        body = {
            "collection": JOURNAL,
            "layout_options": {name: sorted(value) for name, value in after.items()},
        }
        if not any(after.values()):
            self._destination.send("DELETE", f"/presets/{self._id}")
            self._id = None
        elif self._id is None:
            self._id = self._destination.create("/presets", body, fields=FIELDS, repeatable=False)[
                "id"
            ]
        else:
            self._destination.update(f"/presets/{self._id}", body, fields=FIELDS)
        for name, value in after.items():
            setattr(self, name, value)
