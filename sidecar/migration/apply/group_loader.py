"""Loads the groups of the plan. Groups that do not depend on each other load at the same time."""

from collections.abc import Collection, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property

from sidecar.directus.client import Row
from sidecar.migration.apply.batch_size import BatchSize
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.cleared_recorder import ClearedRecorder
from sidecar.migration.apply.destination_state import DestinationState
from sidecar.migration.apply.loader import Loader
from sidecar.migration.apply.reference_filler import ReferenceFiller
from sidecar.migration.apply.row_updater import RowUpdater
from sidecar.migration.apply.second_write import SecondWrite
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.apply.unique_values import free_unique_values
from sidecar.migration.compare.each_resource import for_each_group
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.scan import Scans
from sidecar.migration.compare.unselected_targets import leaves_selection
from sidecar.migration.compare.up_to_date import is_up_to_date, settle_same
from sidecar.migration.compare.updates import are_updated
from sidecar.migration.concurrency import read_ahead
from sidecar.migration.instance.cleared import Columns
from sidecar.migration.mapping.identities import awaited
from sidecar.migration.plan.load_order import Group
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource
from sidecar.resources.files import MEASURED

GROUPS_AT_ONCE = 4
Pages = Iterator[list[Row]]


def begin_reading(run: Run, names: Collection[str]) -> dict[str, Pages]:
    """Begin to read the largest of ``names``. Their first rows arrive while the schema is
    written."""
    largest = sorted(names, key=lambda name: -run.plan.rows[name])[:GROUPS_AT_ONCE]
    return {name: _pages(run, run.plan.resources[name]) for name in largest}


def _pages(run: Run, resource: Resource) -> Pages:
    unreadable = run.unreadable.at_source(resource)
    fields = [*resource.columns]
    if are_updated(run, resource):
        fields += MEASURED.get(resource.name, ())
    return read_ahead(run.source.rows.pages(resource, fields, unreadable=unreadable))


@dataclass
class GroupLoader:
    """Loads all groups of a plan."""

    run: Run
    state: DestinationState
    ledger: RowLedger
    pool: Executor
    # What was compared in advance.
    scans: Scans
    # Pages that are being read already, by resource.
    pages: dict[str, Pages]
    limits: BatchSize = field(default_factory=BatchSize)
    # Names of the resources that the destination has unchanged.
    up_to_date: set[str] = field(default_factory=set)
    # References that were left empty, of the resources that are loaded.
    cleared: dict[str, Columns] = field(default_factory=dict)

    @cached_property
    def awaited(self) -> set[str]:
        """Collections with keys of the destination that other rows refer to."""
        return awaited(self.run.plan.resources.values())

    def load(self) -> None:
        """Load all groups. Of those that may begin, the largest does. Raises DirectusError or
        Cancelled."""
        rows = self.run.plan.rows
        largest = sorted(
            self.run.plan.groups, key=lambda group: -sum(rows[name] for name in group.names)
        )
        for_each_group(self.run, largest, self._load_group)
        self.state.settle(self.cleared)

    def _load_group(self, group: Group) -> None:
        with ExitStack() as stack:
            loaders = [
                loader for name in group.names if (loader := self._load_resource(name, stack))
            ]
            whole = [loader for loader in loaders if loader.write_again()]
            self._settle(*(loader.cleared for loader in whole))
            written = [loader.resource.name for loader in whole]
            complete = [name for name in written if self._is_complete(name)]
        self.state.loaded(group.names, complete)

    def _is_complete(self, name: str) -> bool:
        """Whether no row of a resource lacks its second write: an earlier run may have created rows
        that are not selected now."""
        plan = self.run.plan
        is_inherited = name in plan.journal.unfinished and plan.source.is_left(name)
        return name not in plan.incomplete and not is_inherited

    def _load_resource(self, name: str, stack: ExitStack) -> Loader | None:
        resource = self.run.plan.resources[name]
        self.run.progress.turn_to(resource)
        cleared = ClearedRecorder(self.state, resource)
        if self._is_up_to_date(resource, cleared):
            self.up_to_date.add(name)
            self._settle(cleared)
            return None
        plan = self.run.plan
        second_write = stack.enter_context(
            SecondWrite(resource, plan.deferred(resource), plan.late_columns(resource))
        )
        changes = SourceChanges(self.run, self.ledger)
        common = self.run.progress, self.limits, changes, self.run.refused
        writer = BatchWriter(self.run.destination, resource, *common)
        filler = self._filler(resource)
        stack.enter_context(filler)
        kept = self.ledger, self.pool, cleared
        loader = Loader(self.run, self.state, second_write, writer, *kept, filler)
        if isinstance(filler, RowUpdater) and name in self.scans.same:
            filler.take_scanned(self.scans)
            free_unique_values(self.run, writer, self.state, filler.report)
        loader.load(self._pages(resource))
        if name in self.awaited:
            self.run.identify_arrived(resource)
        return loader

    def _is_up_to_date(self, resource: Resource, cleared: ClearedRecorder) -> bool:
        same = self.scans.same.get(resource.name)
        if same is None:
            return is_up_to_date(self.run, resource, self.ledger, cleared.record)
        if self.scans.is_same(resource):
            settle_same(self.run, resource, same)
            return True
        return False

    def _pages(self, resource: Resource) -> Pages:
        """The rows of the source to load."""
        if resource.name in self.scans.same:
            return self.scans.absent_rows(self.run, resource)
        if resource.name in self.pages:
            return self.pages.pop(resource.name)
        return _pages(self.run, resource)

    def _filler(self, resource: Resource) -> ReferenceFiller | RowUpdater:
        """What finds the existing rows of ``resource`` to write."""
        kind = RowUpdater if are_updated(self.run, resource) else ReferenceFiller
        return kind(self.run, resource, self.ledger)

    def _settle(self, *recorders: ClearedRecorder) -> None:
        """All rows of the recorders' resources are as they should be, but for what is missing.

        Of a collection that is selected in part, or whose references leave the selection, this run
        has not seen all that earlier ones left empty.
        """
        for recorder in recorders:
            resource = self.run.plan.resources[recorder.name]
            if recorder.may_record and not leaves_selection(self.run.source, resource):
                self.cleared[recorder.name] = recorder.columns
