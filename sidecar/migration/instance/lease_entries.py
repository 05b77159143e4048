"""The leases at a destination, as they are stored there."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus, Row
from sidecar.errors import DirectusRejected
from sidecar.migration.instance.ownerless_presets import PATH, read_ownerless
from sidecar.resources.system import LEASE

MAX_NAME_LENGTH = 100
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A lease at the destination."""

    id: int
    run_id: str
    name: str
    process: str
    # Unix seconds, by the destination's clock.
    expires_at: float
    # The mark of a run that has ended: it keeps nobody away.
    has_ended: bool = False

    def row(self) -> Row:
        """The preset that holds it."""
        if self.has_ended:
            mark = {"run": self.run_id, "ended": True, "expires_at": 0}
            return {"collection": LEASE, "layout_options": mark}
        lease = {
            "run": self.run_id,
            "name": self.name,
            "process": self.process,
            "expires_at": self.expires_at,
        }
        return {"collection": LEASE, "layout_options": lease}


def read_entries(client: Directus) -> list[Entry]:
    """All leases at the destination; a damaged one has expired. Raises DirectusError."""
    rows = read_ownerless(client, LEASE)
    with parse_guard(client.url):
        return [_entry(row) for row in rows]


def without_marks(entries: Iterable[Entry]) -> list[Entry]:
    """The leases among ``entries``: those of runs that have not said that they have ended."""
    return [entry for entry in entries if not entry.has_ended]


def delete_entry(client: Directus, entry_id: int) -> None:
    """Delete a lease, unless somebody else has deleted it. Raises DirectusError."""
    try:
        client.send("DELETE", f"{PATH}/{entry_id}")
    except DirectusRejected as error:
        logger.info("Delete lease id=%s error=%s", entry_id, error.message)


def _entry(row: Row) -> Entry:
    lease: Any = row.get("layout_options")
    if not isinstance(row["id"], int):
        raise TypeError("id")
    if not isinstance(lease, dict):
        lease = {}
    return Entry(
        row["id"],
        str(lease.get("run", "")),
        str(lease.get("name", ""))[:MAX_NAME_LENGTH],
        str(lease.get("process", "")),
        _seconds(lease.get("expires_at")),
        lease.get("ended") is True,
    )


def _seconds(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
