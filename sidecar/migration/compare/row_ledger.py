"""The ledger of source rows that a run has read. It tells what has changed at the source since."""

from collections.abc import Iterable, Iterator
from typing import Any

from more_itertools import constrained_batches

from sidecar.directus.client import Row
from sidecar.migration.report.digests import measure, source_digest
from sidecar.migration.spool import TableSpool
from sidecar.migration.values.conversion import ValueCodec
from sidecar.resources.base import Resource

# digest: of the row as it was read. existed: the destination had it before. arrived: it has it now.
# updated: this run sets what differs, or what an earlier run left half done or empty.
# expected: digest of the row as it should be there. size: bytes of its JSON.
TABLE = """CREATE TABLE ledger (resource, key, digest, existed, arrived, updated, expected, size,
    PRIMARY KEY (resource, key)) WITHOUT ROWID"""
ADD = "INSERT OR REPLACE INTO ledger VALUES (?, ?, ?, ?, ?, FALSE, NULL, 0)"
ADD_EXISTING = "UPDATE ledger SET existed = TRUE, arrived = TRUE WHERE resource = ? AND key = ?"
ADD_UPDATED = "UPDATE ledger SET updated = TRUE WHERE resource = ? AND key = ?"
COUNT_EXISTING = "SELECT count(*), total(updated) FROM ledger WHERE resource = ? AND existed"
ADD_ARRIVED = (
    "UPDATE ledger SET arrived = TRUE, expected = ?, size = ? WHERE resource = ? AND key = ?"
)
ARRIVALS = (
    "SELECT key, digest, expected, size FROM ledger "
    "WHERE resource = ? AND key > ? AND expected IS NOT NULL ORDER BY key LIMIT ?"
)


class RowLedger(TableSpool):
    """What each row was when it was loaded."""

    def __init__(self) -> None:
        super().__init__(TABLE)

    def add(self, resource: Resource, rows: Iterable[Row]) -> None:
        """Record ``rows`` as the source gave them."""
        self.execute_many(
            ADD,
            [
                (resource.name, str(row[resource.key]), source_digest(resource, row), False, False)
                for row in rows
            ],
        )

    def add_up_to_date(self, resource: Resource, keys: Iterable[Any]) -> None:
        """Record rows that the destination has unchanged, and that are not compared again."""
        self.execute_many(ADD, [(resource.name, str(key), None, True, True) for key in keys])

    def add_existing(self, resource: Resource, keys: Iterable[Any]) -> None:
        """Record that the destination had rows before, and that they were skipped."""
        self.execute_many(ADD_EXISTING, [(resource.name, str(key)) for key in keys])

    def add_updated(self, resource: Resource, keys: Iterable[Any]) -> None:
        """Record that this run updates or completes rows that the destination had before."""
        self.execute_many(ADD_UPDATED, [(resource.name, str(key)) for key in keys])

    def count_existing(self, resource: Resource) -> tuple[int, int]:
        """How many rows the destination had before, and how many of these the run updates or
        completes."""
        ((rows, updated),) = self.execute(COUNT_EXISTING, (resource.name,))
        return rows, int(updated)

    def add_arrived(self, resource: Resource, rows: Iterable[Row], codec: ValueCodec) -> None:
        """Record that the destination has ``rows`` now, and how they should be there."""
        self.execute_many(
            ADD_ARRIVED,
            [
                (*measure(codec.normalize(row)), resource.name, str(row[resource.key]))
                for row in rows
            ],
        )

    def arrivals(
        self, resource: Resource, max_rows: int, max_bytes: int
    ) -> Iterator[dict[str, tuple[bytes, bytes]]]:
        """The rows that have arrived in this run, in portions.

        Each gives by key, as text, the digests of the row at the source, and as it should be at the
        destination.
        """
        last = ""
        while rows := self.execute(ARRIVALS, (resource.name, last, max_rows)):
            for batch in constrained_batches(
                rows, max_bytes, get_len=lambda row: row[3], strict=False
            ):
                yield {key: (digest, expected) for key, digest, expected, _ in batch}
            last = rows[-1][0]

    def arrived(self, resource: Resource, key: Any) -> bool:
        """Whether the destination has the row."""
        query = "SELECT arrived FROM ledger WHERE resource = ? AND key = ?"
        return self.execute(query, (resource.name, str(key))) == [(True,)]

    def forget(self, resource: Resource, key: Any) -> None:
        """Forget a row that could not be loaded because the source has changed."""
        query = "DELETE FROM ledger WHERE resource = ? AND key = ?"
        self.execute(query, (resource.name, str(key)))

    def knows(self, collection: str, key: Any) -> bool:
        """Whether a row of ``collection`` with this key was read."""
        return self._find(collection, key) is not None

    def existed(self, resource: Resource, key: Any) -> bool:
        """Whether the destination had the row before."""
        return bool((self._find(resource.name, key) or (None, False))[1])

    def updated(self, resource: Resource, key: Any) -> bool:
        """Whether this run updates or completes the row."""
        query = "SELECT updated FROM ledger WHERE resource = ? AND key = ?"
        return self.execute(query, (resource.name, str(key))) == [(True,)]

    def changed(self, resource: Resource, row: Row) -> bool:
        """Whether ``row`` is new, or has changed, since it was loaded."""
        entry = self._find(resource.name, row[resource.key])
        return entry is None or entry[0] != source_digest(resource, row)

    def _find(self, collection: str, key: Any) -> tuple[bytes | None, bool] | None:
        query = "SELECT digest, existed FROM ledger WHERE resource = ? AND key = ?"
        entries = self.execute(query, (collection, str(key)))
        return (entries[0][0], bool(entries[0][1])) if entries else None
