"""What a run has begun at the destination and not finished, kept there so that any later run finds
it.

Rows that take a second write look whole after the first one, and a flow that was paused looks like
one that somebody switched off. While that is so, their names stand in a preset of the destination
that belongs to no collection and that nobody sees.
"""

from collections.abc import Iterable

from sidecar.directus.client import Directus
from sidecar.resources.system import JOURNAL

FIELDS = ("id",)


class Journal:
    """The journal of one destination: collections with ``unfinished`` rows, ids of ``paused`` flows
    and of those that are ``waiting`` to be activated.

    Making and reading one writes nothing.
    """

    def __init__(self, destination: Directus) -> None:
        self._destination = destination
        rows = destination.search(
            "/presets",
            {"filter": {"collection": {"_eq": JOURNAL}}, "fields": ["id", "layout_options"]},
        )
        self._id = rows[0]["id"] if rows else None
        entries = rows[0]["layout_options"] if rows else {}
        self.unfinished = frozenset(entries.get("unfinished", ()))
        self.paused = frozenset(entries.get("paused", ()))
        self.waiting = frozenset(entries.get("waiting", ()))

    def begin(self, names: Iterable[str]) -> None:
        """Note that ``names`` are about to get rows that take a second write."""
        self._write(unfinished=self.unfinished.union(names))

    def end(self, names: Iterable[str]) -> None:
        """Note that all rows of ``names`` have had it."""
        self._write(unfinished=self.unfinished.difference(names))

    def pause(self, flows: Iterable[str]) -> None:
        """Note that ``flows`` are about to be paused."""
        self._write(paused=self.paused.union(flows))

    def resume(self) -> None:
        """Note that no flow is paused any more."""
        self._write(paused=frozenset())

    def wait(self, flows: Iterable[str]) -> None:
        """Note that ``flows`` are about to be created, to be activated at the end."""
        self._write(waiting=self.waiting.union(flows))

    def activated(self, flows: Iterable[str]) -> None:
        """Note that ``flows`` wait no longer."""
        self._write(waiting=self.waiting.difference(flows))

    def _write(self, **changes: frozenset[str]) -> None:
        before = {name: getattr(self, name) for name in ("unfinished", "paused", "waiting")}
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
