"""A flow at the destination that leaves a row behind whenever a row is created there, so that a
test can tell."""

import time
from collections.abc import Sequence
from typing import Any

from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.seed.api import Api
from tests.stack.seed.fields import counted_key, field
from tests.stack.seed.invent import key

OWN = "destination_only"
FLOW, OPERATION = key("flow", "watched"), key("operation", "watched")
SECONDS = 30


class Watched:
    """The flow, active from the beginning, and the collection that only the destination has."""

    def __init__(self, destination: DirectusInstance, api: Api, collections: Sequence[str]) -> None:
        """Make both; ``collections`` need not exist yet."""
        self._destination = destination
        self._api = api
        fields = [counted_key(), field("key", "string")]
        api.post("/collections", {"collection": OWN, "schema": {}, "meta": {}, "fields": fields})
        trigger = {"type": "action", "scope": ["items.create"], "collections": list(collections)}
        api.post(
            "/flows",
            {
                "id": FLOW,
                "name": "Watched",
                "trigger": "event",
                "options": trigger,
                "status": "active",
            },
        )
        payload = {
            "collection": OWN,
            "payload": {"key": "{{ $trigger.key }}"},
            "permissions": "$full",
        }
        api.post(
            "/operations",
            {
                "id": OPERATION,
                "flow": FLOW,
                "key": "leave_a_row",
                "type": "item-create",
                "position_x": 1,
                "position_y": 1,
                "options": payload,
            },
        )
        api.patch(f"/flows/{FLOW}", {"operation": OPERATION})
        self._made = self._row()

    def is_as_made(self) -> bool:
        """Whether the flow is active, and everything else of it what it was."""
        return self._made["status"] == "active" and self._row() == self._made

    def fired_for(self) -> set[str]:
        """The keys of the rows that it fired for so far."""
        return {str(row["key"]) for row in dump(self._destination.database)[OWN]}

    def fires(self, collection: str, row_key: str, row: dict[str, Any]) -> bool:
        """Whether it fires, and for nothing else before, when ``row`` is created."""
        wanted = self.fired_for() | {row_key}
        self._api.post(f"/items/{collection}", row)
        deadline = time.monotonic() + SECONDS
        while (fired := self.fired_for()) != wanted and time.monotonic() < deadline:
            self._api.get("/server/info")
        return fired == wanted

    def _row(self) -> dict[str, Any]:
        return next(
            row
            for row in dump(self._destination.database)["directus_flows"]
            if str(row["id"]) == FLOW
        )
