"""What a run has begun at the destination and not finished, kept there so that any later run finds it.

Rows that take a second write look whole after the first one, and a flow that was paused looks like one that somebody
switched off. While that is so, their names stand in a preset of the destination that belongs to no collection and
that nobody sees.
"""

from collections.abc import Iterable

from sidecar.directus.client import Directus

COLLECTION = "directus_migration_journal"
FIELDS = ("id",)


class Journal:
    """The journal of one destination: collections with ``unfinished`` rows, ids of ``paused`` flows.

    Making and reading one writes nothing.
    """

    def __init__(self, destination: Directus) -> None:
        self._destination = destination
        rows = destination.get("/presets", filter={"collection": {"_eq": COLLECTION}}, fields=["id", "layout_options"])
        self._id = rows[0]["id"] if rows else None
        entries = rows[0]["layout_options"] if rows else {}
        self.unfinished = frozenset(entries.get("unfinished", ()))
        self.paused = frozenset(entries.get("paused", ()))

    def begin(self, names: Iterable[str]) -> None:
        """Note that ``names`` are about to get rows that take a second write."""
        self._write(self.unfinished.union(names), self.paused)

    def end(self, names: Iterable[str]) -> None:
        """Note that all rows of ``names`` have had it."""
        self._write(self.unfinished.difference(names), self.paused)

    def pause(self, flows: Iterable[str]) -> None:
        """Note that ``flows`` are about to be paused."""
        self._write(self.unfinished, self.paused.union(flows))

    def resume(self) -> None:
        """Note that no flow is paused any more."""
        self._write(self.unfinished, frozenset())

    def _write(self, unfinished: frozenset[str], paused: frozenset[str]) -> None:
        if (unfinished, paused) == (self.unfinished, self.paused):
            return
        entries = {"unfinished": sorted(unfinished), "paused": sorted(paused)}
        body = {"collection": COLLECTION, "layout_options": entries}
        if not unfinished and not paused:
            self._destination.send("DELETE", f"/presets/{self._id}")
            self._id = None
        elif self._id is None:
            self._id = self._destination.create("/presets", body, answer=FIELDS)["id"]
        else:
            self._destination.update(f"/presets/{self._id}", body, answer=FIELDS)
        self.unfinished, self.paused = unfinished, paused
