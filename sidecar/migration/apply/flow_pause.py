"""Event flows of the destination are paused while rows are loaded: Directus would run them for each
migrated row."""

from collections.abc import Collection

from sidecar.directus.client import Row
from sidecar.directus.pages import read_pages, rows_by_key
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.journal import Journal

ACTIVE_EVENT_FLOWS = {"status": {"_eq": "active"}, "trigger": {"_eq": "event"}}


class FlowPause:
    """Pauses the flows that writing to ``names`` could fire, and puts them back as they were."""

    def __init__(self, destination: Instance, journal: Journal, names: Collection[str]) -> None:
        self._destination = destination.client
        self._query_limit = destination.query_limit
        self._journal = journal
        self._names = frozenset(names)
        self._done = False

    def pause(self) -> None:
        """Pause them, once. They are in the journal before the first one is. Raises
        DirectusError."""
        if self._done:
            return
        pages = read_pages(
            self._destination,
            "/flows",
            key="id",
            key_type="uuid",
            fields=["id", "options"],
            limit=self._query_limit,
            filter=ACTIVE_EVENT_FLOWS,
        )
        ids = [flow["id"] for page in pages for flow in page if self._may_fire(flow)]
        self._journal.pause(ids)
        self._set(ids, "inactive")
        self._done = True

    def resume(self) -> None:
        """Activate those in the journal again, also when an earlier run paused them. Raises
        DirectusError."""
        if not self._journal.paused:
            return
        there = rows_by_key(
            self._destination, "/flows", sorted(self._journal.paused), ["id"], self._query_limit
        )
        self._set([flow["id"] for flow in there], "active")
        self._journal.resume()
        self._done = False

    def _set(self, ids: list[str], status: str) -> None:
        # One by one: after a batch Directus may load its flows anew before the change can be seen.
        for one in ids:
            self._destination.update(f"/flows/{one}", {"status": status}, fields=["id"])

    def _may_fire(self, flow: Row) -> bool:
        options = flow["options"] or {}
        collections = options.get("collections") or []
        only_items = all(str(scope).startswith("items.") for scope in options.get("scope") or ["?"])
        return not (only_items and collections and self._names.isdisjoint(collections))
