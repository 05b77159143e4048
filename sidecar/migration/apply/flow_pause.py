"""Pauses the event flows of the destination while rows load. Directus would run them for each
row."""

from collections.abc import Collection, Iterable
from typing import Any

import orjson

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.journal import Journal
from sidecar.migration.instance.rows import EncodedRow
from sidecar.resources.base import FLOWS

ACTIVE_EVENT_FLOWS = {"status": {"_eq": "active"}, "trigger": {"_eq": "event"}}


class FlowPause:
    """Pauses the flows that writes to ``names`` could trigger, and activates them again."""

    def __init__(self, destination: Instance, journal: Journal, names: Collection[str]) -> None:
        self._destination = destination
        self._flows = destination.resource(FLOWS)
        self._journal = journal
        self._names = frozenset(names)
        # Other flows to pause, by id.
        self.others: set[Any] = set()
        self._done = False

    def pause(self) -> None:
        """Pause the flows, once. The journal names them before the first one is paused. Raises
        DirectusError."""
        if self._done:
            return
        pages = self._destination.rows.pages(self._flows, ["id", "options"], ACTIVE_EVENT_FLOWS)
        ids = [flow["id"] for page in pages for flow in page if self._may_fire(flow)]
        ids += [flow for flow in self._active_others() if flow not in ids]
        self._journal.pause(ids)
        set_status(self._destination, ids, "inactive")
        self._done = True

    def resume(self) -> None:
        """Activate the flows in the journal, also those that an earlier run paused. Raises
        DirectusError."""
        if not self._journal.paused:
            return
        paused = self._destination.rows.by_key(self._flows, sorted(self._journal.paused), ["id"])
        set_status(self._destination, paused, "active")
        self._journal.resume()
        self._done = False

    def _active_others(self) -> list[Any]:
        if not self.others:
            return []
        flows = self._destination.rows.by_key(self._flows, sorted(self.others), ["id", "status"])
        return [flow["id"] for flow in flows.values() if flow["status"] == "active"]

    def _may_fire(self, flow: Row) -> bool:
        options = flow["options"] or {}
        collections = options.get("collections") or []
        only_items = all(str(scope).startswith("items.") for scope in options.get("scope") or ["?"])
        return not (only_items and collections and self._names.isdisjoint(collections))


def set_status(destination: Instance, flows: Iterable[str], status: str) -> None:
    """Set the status of ``flows``. Raises DirectusRejected for the first that is refused."""
    for flow in flows:
        row = EncodedRow({"id": flow}, orjson.dumps({"status": status}))
        # After a batch Directus may reload its flows before the change is visible.
        destination.writer.update(destination.resource(FLOWS), [row], one_by_one=True)
