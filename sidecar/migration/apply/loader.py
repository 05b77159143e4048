"""Loads one resource: pages of source rows, less what the destination has, mapped and written in
batches."""

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from contextlib import closing, nullcontext
from functools import partial

from sidecar.directus.client import Row
from sidecar.migration.apply.batch_stream import BatchStream
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.destination_state import DestinationState
from sidecar.migration.apply.files import FileTransfer
from sidecar.migration.apply.second_write import SecondWrite
from sidecar.migration.apply.self_references import SelfReferenceBuffer
from sidecar.migration.apply.versions import VersionTransfer
from sidecar.migration.compare.collation_conflicts import reject_duplicates
from sidecar.migration.compare.orphans import reject_orphans
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.value_problems import name_refused, note_losses
from sidecar.migration.mapping.row_mapper import (
    CLEARED,
    MISSING_REFERENCE,
    MappedRow,
    at_first,
    without,
)
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.report import Report
from sidecar.resources.base import FILES, VERSIONS, Resource

# What does not go by batches of rows.
TRANSFERS: dict[str, type[FileTransfer] | type[VersionTransfer]] = {
    FILES: FileTransfer,
    VERSIONS: VersionTransfer,
}


class Loader:
    """Loads the rows of one resource that are not at the destination yet, written in the threads of
    ``pool``."""

    def __init__(
        self,
        plan: Plan,
        preparation: DestinationState,
        links: SecondWrite,
        writer: BatchWriter,
        seen: RowLedger,
        report: Report,
        pool: Executor,
    ) -> None:
        resource = writer.resource
        self._plan = plan
        self._resource = resource
        self._preparation = preparation
        self._seen = seen
        self._links = links
        self._report = report
        self._mapper = plan.mapper(resource)
        self._transfer = (
            TRANSFERS[resource.name](plan, resource, writer.changes, self._prepare, report)
            if resource.name in TRANSFERS
            else None
        )
        self._unfinished = resource.name in plan.journal.unfinished
        self._may_exist = bool(plan.rows_before.get(resource.name)) or self._unfinished
        # What does not go by batches takes its references with the second write, whatever they
        # point at.
        self._own = () if self._transfer else _own_references(resource, links.columns)
        missing = plan.rows[resource.name] - plan.rows_before.get(resource.name, 0)
        self._stream = BatchStream(writer, pool, missing, self._first, self._arrived)

    def load(self, pages: Iterable[list[Row]]) -> None:
        """The rows of the source, page by page. Raises DirectusError or Cancelled."""
        transfer = closing(self._transfer) if self._transfer else nullcontext()
        # What was begun stops when something fails, before it is waited for.
        with (
            transfer,
            SelfReferenceBuffer(self._resource, self._own, self._seen) as waiting,
            self._report.together(),
        ):
            for page in pages:
                self._seen.add(self._resource, page)
                mapped = reject_orphans(self._plan, self._resource, self._mapper.map_page(page))
                fresh = self._without_existing(mapped)
                rows = [row.values for row in fresh if self._admit(row)]
                self._report.advance(len(page) - len(rows))
                if self._transfer and rows:
                    self._hand_over(self._transfer, rows)
                else:
                    self._create(waiting.let_go(rows))
            if self._transfer:
                self._transfer.drain()
            self._load_waiting(waiting)

    def _load_waiting(self, waiting: SelfReferenceBuffer) -> None:
        for rows in waiting.rounds():
            self._create(rows)
            if not rows:
                self._stream.drain()
        self._own = ()
        for rows in waiting.rest():
            self._create(rows)
        self._stream.drain()

    def _create(self, rows: Sequence[Row]) -> None:
        if rows:
            self._prepare()
            self._stream.add(self._preparation.deactivate_flows(self._resource, rows))

    def _prepare(self, *items: str) -> None:
        """Rows of the resource are about to be written, and with them something about ``items``."""
        self._preparation.for_rows(
            self._resource.name, second_write=set(self._links.touched) != set(self._own)
        )
        for collection in items:
            self._preparation.for_rows(collection, second_write=False)

    def _first(self, row: Row) -> Row:
        """What the first write of ``row`` sets."""
        return at_first(
            self._resource,
            without(row, [name for name in self._links.columns if name not in self._own]),
        )

    def _arrived(self, rows: Sequence[Row], tried: int) -> None:
        """Of a batch that ``tried`` to write so many, ``rows`` are at the destination."""
        if not self._resource.rules.server_assigned_key:
            self._seen.add_arrived(self._resource, rows, self._mapper.codec)
        self._links.defer(rows, self._own)
        self._report.count(self._resource, created=len(rows))
        self._report.advance(tried)

    def _hand_over(self, transfer: FileTransfer | VersionTransfer, rows: list[Row]) -> None:
        whole = {row[self._resource.key]: row for row in rows}
        transfer.create(
            [self._first(row) for row in rows],
            lambda keys: self._links.defer(whole[key] for key in keys),
        )

    def _without_existing(self, mapped: list[MappedRow]) -> list[MappedRow]:
        if not self._may_exist:
            return mapped
        keys = [row.key for row in mapped if row.key is not None]
        fields = [self._resource.key, *self._links.touched]
        found = self._plan.destination.rows.by_key(self._resource, keys, fields)
        mapped = reject_duplicates(self._resource, mapped, found)
        if self._transfer:
            found = self._transfer.finished(found, mapped)
        existing = [row for row in mapped if row.key in found]
        own_key = partial(self._mapper.codec.value, self._resource.key)
        if self._unfinished:
            # What was created by an earlier run kept its key; a row that was recognised is the
            # destination's own.
            self._links.defer(
                row.values
                for row in existing
                if row.key == own_key(row.source_key)
                and self._links.lacks(found[row.key], row.values)
            )
        self._seen.add_existing(self._resource, [row.source_key for row in existing])
        self._report.count(self._resource, skipped=len(existing))
        return [row for row in mapped if row.key not in found]

    def _admit(self, row: MappedRow) -> bool:
        """Whether the row can be written; note the references that had to be cleared for it."""
        name = self._resource.name
        if row.key is None and not self._resource.rules.server_assigned_key:
            # Named by the plan already.
            self._report.count(self._resource, failed=1)
            return False
        for column in row.cleared:
            self._report.note(name, "CLEARED", column, CLEARED.format(column), 1)
        if row.barred:
            message = MISSING_REFERENCE.format(", ".join(row.barred))
            self._report.problem(name, row.source_key, "MISSING_REFERENCE", message)
        name_refused(name, row.source_key, row.unsupported_values, self._report)
        if row.admitted:
            note_losses(self._resource, Counter(row.lossy_columns.items()), self._report)
        else:
            self._report.count(self._resource, failed=1)
        return row.admitted


def _own_references(resource: Resource, deferred: Sequence[str]) -> tuple[str, ...]:
    """The deferred columns that point at rows of the resource itself, whose ids are the same on
    both sides."""
    if resource.rules.natural_key or resource.rules.server_assigned_key or resource.singleton:
        return ()
    return tuple(
        reference.column
        for reference in resource.references
        if reference.target == resource.name and reference.column in deferred
    )
