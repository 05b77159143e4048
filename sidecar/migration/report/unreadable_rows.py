"""Reports the rows that Directus cannot show, each once in a run, whoever comes across them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Literal

from sidecar.errors import DirectusError
from sidecar.migration.report.progress import Progress
from sidecar.resources.base import Resource

Side = Literal["source", "destination"]
# Stands for all columns of a collection that can only be read together.
ALL_FIELDS = "*"
CODE = "UNREADABLE_ROW"
# A reading looks for so many unreadable rows. Afterwards it leaves out whole pages around them.
MAX_NAMED = 200
REASON = "the {}'s Directus cannot show {} of this row ({}), so {}"
CONSEQUENCES: dict[Side, str] = {
    "source": (
        "the row is not migrated. Correct the value in the source's database, then start the run "
        "again"
    ),
    "destination": (
        "it cannot be compared with the source's and stays as it is. Correct the value in the "
        "destination's database"
    ),
}
TOO_MANY = (
    "the {}'s Directus cannot show more than {} rows of this collection ({}). Only these are "
    "named, and further ones are left out together with rows next to them. Correct the values in "
    "the database, then start the run again"
)


class UnreadableRows:
    """The unreadable rows of one run. Threads may share it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._known: set[tuple[Side, str, Any]] = set()
        self._counts: Counter[tuple[Side, str]] = Counter()
        self._lock = Lock()

    def at_source(self, resource: Resource) -> "Finder":
        """Takes the rows that one reading of the source's rows leaves out."""
        return Finder(self, "source", resource)

    def at_destination(self, resource: Resource) -> "Finder":
        """Takes the rows that one look-up at the destination leaves out."""
        return Finder(self, "destination", resource)

    def of_source(self, collection: str) -> set[Any]:
        """The keys of the source's rows that are not migrated because they cannot be read."""
        with self._lock:
            return {
                key for side, name, key in self._known if (side, name) == ("source", collection)
            }

    def report(
        self,
        side: Side,
        resource: Resource,
        key: Any,
        columns: Sequence[str],
        error: DirectusError,
    ) -> None:
        """Add a problem for the row, unless it has one, or too many have."""
        with self._lock:
            if (side, resource.name, key) in self._known or self._is_full(side, resource):
                return
            self._known.add((side, resource.name, key))
            self._counts[side, resource.name] += 1
        named = [column for column in columns if column != ALL_FIELDS]
        shown = ", ".join(named) or "some column"
        message = REASON.format(side, shown, error.message, CONSEQUENCES[side])
        self._progress.problem(resource.name, key, CODE, message, named)
        if side == "source":
            self._progress.count(resource, failed=1)

    def report_excess(self, side: Side, resource: Resource, error: DirectusError) -> None:
        """Add one problem for all further rows of the collection."""
        with self._lock:
            if (side, resource.name, None) in self._known:
                return
            self._known.add((side, resource.name, None))
        message = TOO_MANY.format(side, MAX_NAMED, error.message)
        self._progress.problem(resource.name, None, CODE, message)

    def _is_full(self, side: Side, resource: Resource) -> bool:
        return self._counts[side, resource.name] >= MAX_NAMED


@dataclass
class Finder:
    """Takes the unreadable rows of one reading: an ``Unreadable`` of ``sidecar.directus``."""

    rows: UnreadableRows
    side: Side
    resource: Resource
    # Of the destination's rows that cannot be read.
    keys: list[Any] = field(default_factory=list)
    _found: int = 0

    @property
    def exhausted(self) -> bool:
        return self._found >= MAX_NAMED

    def add(self, keys: Sequence[Any], columns: Sequence[str], error: DirectusError) -> None:
        if self.side == "destination":
            self.keys += keys
        for key in keys:
            if self.exhausted:
                self.rows.report_excess(self.side, self.resource, error)
                return
            self._found += 1
            self.rows.report(self.side, self.resource, key, columns, error)
