"""Loads one resource: reads pages from the source, matches them, and writes the new rows."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from contextlib import closing, nullcontext
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.apply.batch_stream import BatchStream
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.cleared_recorder import ClearedRecorder
from sidecar.migration.apply.destination_state import DestinationState
from sidecar.migration.apply.file_bytes import files_to_replace
from sidecar.migration.apply.files import FileTransfer
from sidecar.migration.apply.lost_references import refuse_followers, without_lost
from sidecar.migration.apply.reference_filler import ReferenceFiller
from sidecar.migration.apply.row_updater import RowUpdater
from sidecar.migration.apply.second_write import SecondWrite
from sidecar.migration.apply.self_references import SelfReferenceBuffer
from sidecar.migration.apply.versions import VersionTransfer
from sidecar.migration.compare.last_state import ANY_STATE, LastState
from sidecar.migration.compare.matcher import Matcher, RowMatch
from sidecar.migration.compare.required_columns import required_columns
from sidecar.migration.compare.row_changes import RowChanges
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.unwritable import (
    lost_references,
    report_losses,
    report_lost,
    report_unwritable,
)
from sidecar.migration.mapping.row_mapper import CLEARED, at_first, without
from sidecar.migration.plan.run import Run
from sidecar.resources.base import FILES, FLOWS, VERSIONS, Resource

# Resources that do not travel in batches of rows.
TRANSFERS: dict[str, type[FileTransfer] | type[VersionTransfer]] = {
    FILES: FileTransfer,
    VERSIONS: VersionTransfer,
}
STATUS, CONTENT = "status", "content"
# Where a row keeps which references it has lost. No column has this name.
LOST = ""


class Loader:
    """Loads the rows of one resource that the destination does not have yet."""

    def __init__(
        self,
        run: Run,
        state: DestinationState,
        second_write: SecondWrite,
        writer: BatchWriter,
        ledger: RowLedger,
        pool: Executor,
        cleared: ClearedRecorder,
        filler: ReferenceFiller | RowUpdater,
    ) -> None:
        """The threads of ``pool`` write the batches."""
        self.resource = resource = writer.resource
        self._run = run
        self._state = state
        self._ledger = ledger
        self._second_write = second_write
        self.cleared = cleared
        self._changes = RowChanges(run, resource)
        self._writer = writer
        self._transfer = (
            TRANSFERS[resource.name](run, resource, writer.changes, self._prepare)
            if resource.name in TRANSFERS
            else None
        )
        self._filler = filler
        complete = [self._transfer.finished] if self._transfer else []
        self._matcher = Matcher(run, resource, _compared(second_write, filler), *complete)
        self._is_unfinished = resource.name in run.journal.unfinished
        rows_before = run.plan.rows_before.get(resource.name, 0)
        self._may_exist = bool(rows_before) or self._is_unfinished
        # References between rows of the resource that the first write can set.
        self._self_references = (
            () if self._transfer else _self_references(resource, second_write.columns)
        )
        if required_columns(run, resource):
            run.refused.add_all(resource.name)
        expected = run.plan.rows[resource.name] - rows_before
        self._stream = BatchStream(writer, pool, expected, self._first, self._arrived)

    def load(self, pages: Iterable[list[Row]]) -> None:
        """Load the rows of the source, page by page. Raises DirectusError or Cancelled."""
        transfer = closing(self._transfer) if self._transfer else nullcontext()
        buffer = SelfReferenceBuffer(self.resource, self._self_references, self._ledger)
        # When something fails, what is under way stops before it is waited for.
        with transfer, buffer, self._run.cancel.together():
            for page in pages:
                self._load_page(page, buffer)
            if self._transfer:
                self._transfer.drain()
            self._load_buffered(buffer)

    def write_again(self) -> bool:
        """Do the second write of the rows that need one; returns whether all of them were taken.

        All rows that they refer to have to be there.
        """
        for source_key, row in self._filler.find():
            # A run that updates compares all columns, and needs no record of what it left undone.
            is_fill = self._filler.columns is not None
            self._state.for_rows(self.resource.name, second_write=is_fill)
            rest = self._set_apart(source_key, row)
            if rest.keys() < row.keys():
                self._filler.report(source_key, without(row, rest))
            self._second_write.fill(source_key, rest)
        return self._second_write.write(self._writer, self._complete, self._filler.report)

    def _set_apart(self, source_key: Any, row: Row) -> Row:
        """``row`` without what is set in another way: the status of a flow, which changes when
        everything has arrived, and the delta of a content version."""
        if self.resource.name == FLOWS and STATUS in row:
            self._state.set_status(row[self.resource.key], row[STATUS])
            return without(row, [STATUS])
        return self._transfer.set_apart(source_key, row) if self._transfer else row

    def _load_page(self, page: list[Row], buffer: SelfReferenceBuffer) -> None:
        self._ledger.add(self.resource, page)
        matches = self._matcher.match(page, look_up=self._may_exist)
        self.cleared.record(matches)
        self._skip([match for match in matches if match.existing is not None])
        new = self._writable(matches)
        self._changes.add(new, {})
        LastState(self._run, self.resource).creating([match.key for match in new])
        rows = [_with_lost(match) for match in new]
        self._run.advance(len(page) - len(rows))
        if self._transfer and rows:
            self._hand_over(self._transfer, rows)
        else:
            self._create(buffer.let_go(rows))

    def _load_buffered(self, buffer: SelfReferenceBuffer) -> None:
        for rows in buffer.rounds():
            self._create(rows)
            if not rows:
                self._stream.drain()
        self._self_references = ()
        self._run.advance(refuse_followers(self._run, self.resource, buffer))
        for rows in buffer.rest():
            self._create(rows)
        self._stream.drain()

    def _complete(self, rows: Sequence[Row]) -> list[Row]:
        """``rows`` of the second write, now that it is known which keys their references have, and
        which of them point at rows that did not arrive."""
        settled = self._run.identities.settled
        known = [{column: settled(value) for column, value in row.items()} for row in rows]
        complete = without_lost(self._run, self.resource, known)
        self.cleared.record_lost(rows, complete)
        return complete

    def _skip(self, matches: Sequence[RowMatch]) -> None:
        """Leave rows as they are that the destination has."""
        unfinished = [match for match in matches if self._lacks_second(match)]
        self._second_write.defer([match.mapped.values for match in unfinished])
        self._ledger.add_updated(self.resource, [match.key for match in unfinished])
        self._ledger.add_existing(self.resource, [match.key for match in matches])
        if isinstance(self._transfer, FileTransfer):
            self._replace_files(self._transfer, matches)
        self._run.progress.count(self.resource, skipped=self._filler.consider(matches))

    def _replace_files(self, transfer: FileTransfer, matches: Sequence[RowMatch]) -> None:
        """Replace the bytes of existing files, if they are updated."""
        rows = list(files_to_replace(self._run, self.resource, matches))
        # Directus changes more of the row than its bytes, and a later write sets the rest.
        last = LastState(self._run, self.resource)
        last.writing((row[self.resource.key], ANY_STATE) for row in rows)

        def report(keys: set[Any]) -> None:
            for key in keys:
                self._filler.report(key, {CONTENT: key})

        transfer.replace([self._first(row) for row in rows], report)

    def _lacks_second(self, match: RowMatch) -> bool:
        """Whether an earlier run created the row, and ended before its second write.

        A row that was created keeps its key. One that was matched under another key is the
        destination's own.
        """
        # Where rows are updated, that sets whatever the row lacks.
        if not self._is_unfinished or self._filler.columns is None:
            return False
        own_key = self._matcher.codec.encode_value(self.resource.key, match.key)
        return match.mapped.key == own_key and self._second_write.lacks(
            match.existing or {}, match.mapped.values
        )

    def _writable(self, matches: Sequence[RowMatch]) -> list[RowMatch]:
        """The rows to create; reports why others cannot be written."""
        absent = [match for match in matches if match.existing is None]
        new = [match for match in absent if match.state == "new"]
        for match in absent:
            # The plan has named the ambiguous ones.
            if match.state != "ambiguous":
                self._note_cleared(match)
                report_unwritable(self.resource, match, self._run.progress)
        writable = [match for match in matches if match.existing or match.state == "new"]
        report_losses(self.resource, writable, self._run.progress)
        refused = [match for match in absent if match.state != "new"]
        self._run.refused.add(self.resource.name, [match.target_key for match in refused])
        self._run.progress.count(self.resource, failed=len(refused))
        return new

    def _note_cleared(self, match: RowMatch) -> None:
        for column in match.mapped.cleared:
            # The plan has named those that point at what does not move.
            if (self.resource.name, column) not in self._run.plan.left_empty:
                self._run.progress.note(
                    self.resource.name, "CLEARED", column, CLEARED.format(column), 1
                )

    def _create(self, rows: Sequence[Row]) -> None:
        if rows:
            self._report_lost(rows)
            self._prepare()
            self._stream.add(self._state.deactivate_flows(self.resource, rows))

    def _report_lost(self, rows: Iterable[Row]) -> None:
        """Name what ``rows`` have lost, now that they are written."""
        for row in rows:
            report_lost(self.resource, row.pop(LOST, ()), self._run.progress)

    def _prepare(self, *items: str) -> None:
        """Prepare the destination for rows of the resource, and for changes of ``items``."""
        is_incomplete = self.resource.name in self._run.plan.incomplete
        touched = set(self._second_write.touched)
        needs_second = is_incomplete or touched != set(self._self_references)
        self._state.for_rows(self.resource.name, second_write=needs_second)
        for collection in items:
            self._state.for_rows(collection, second_write=False)

    def _first(self, row: Row) -> Row:
        """What the first write of ``row`` sets."""
        deferred = [
            name for name in self._second_write.columns if name not in self._self_references
        ]
        return at_first(self.resource, without(row, deferred))

    def _arrived(self, rows: Sequence[Row], tried: int) -> None:
        """Of a batch of ``tried`` rows, ``rows`` are at the destination."""
        if not self.resource.rules.server_assigned_key:
            self._ledger.add_arrived(self.resource, rows, self._matcher.codec)
        self._second_write.defer(rows, (*self._self_references, *self._second_write.late))
        self._run.progress.count(self.resource, created=len(rows))
        self._run.advance(tried)

    def _hand_over(self, transfer: FileTransfer | VersionTransfer, rows: list[Row]) -> None:
        self._report_lost(rows)
        by_key = {row[self.resource.key]: row for row in rows}
        transfer.create(
            [self._first(row) for row in rows],
            lambda keys: self._second_write.defer(
                (by_key[key] for key in keys), self._second_write.late
            ),
        )


def _with_lost(match: RowMatch) -> Row:
    """The row to write. It may wait, and turn out not to be written."""
    lost = lost_references(match)
    return {**match.mapped.values, LOST: lost} if lost else match.mapped.values


def _compared(
    second_write: SecondWrite, filler: ReferenceFiller | RowUpdater
) -> tuple[str, ...] | None:
    """The columns that tell what is to be written of existing rows. None: all of them."""
    if filler.columns is None:
        return None
    return tuple(dict.fromkeys((*second_write.touched, *filler.columns)))


def _self_references(resource: Resource, deferred: Sequence[str]) -> tuple[str, ...]:
    """The deferred columns that refer to the resource itself, where both sides have the same
    keys."""
    if resource.rules.natural_key or resource.rules.server_assigned_key or resource.singleton:
        return ()
    return tuple(
        reference.column
        for reference in resource.references
        if reference.target == resource.name and reference.column in deferred
    )
