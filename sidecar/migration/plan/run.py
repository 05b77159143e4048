"""What lives while a plan is carried out: everything that changes is here, and not in the plan."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

from sidecar.cancellation import CancelToken
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.recorder import ChangeRecorder
from sidecar.migration.files.helpers import Helpers
from sidecar.migration.files.proof import FileProver
from sidecar.migration.instance.first_rows import FirstPage, FirstRows
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.journal import Journal
from sidecar.migration.mapping.identities import Identities, match_arrived
from sidecar.migration.mapping.refused_rows import RefusedRows
from sidecar.migration.mapping.row_mapper import RowMapper
from sidecar.migration.mapping.unique_values import UniqueValues
from sidecar.migration.plan.field_types import describe_fields
from sidecar.migration.plan.plan import Plan
from sidecar.migration.plan.planned import Planned
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.unreadable_rows import UnreadableRows
from sidecar.migration.values.conversion import ValueCodec, ValueCodecs
from sidecar.migration.values.key_collation import KeyCollation
from sidecar.resources.base import Resource


@dataclass(slots=True)
class Run:
    """One run of a plan. Threads may share it."""

    plan: Plan
    progress: Progress
    cancel: CancelToken
    journal: Journal
    prover: FileProver
    helpers: Helpers
    # The destination as it is now. The plan has it as it was.
    destination: Instance
    identities: Identities
    codecs: ValueCodecs
    unreadable: UnreadableRows
    refused: RefusedRows
    unique: UniqueValues
    # Whether anybody wants to know them or not.
    changes: ChangeRecorder
    # What both sides had after the last run. It may know nothing.
    baseline: Baseline
    # The plan that the run carries out. None: it makes its own.
    planned: Planned | None = None
    # None: nothing was read along with the numbers of rows.
    first_rows: FirstRows | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def source(self) -> Instance:
        return self.plan.source

    def mapper(self, resource: Resource) -> RowMapper:
        """Maps the rows of ``resource`` by what is known now."""
        collation = KeyCollation(self.source, self.destination, resource)
        return RowMapper(resource, self.identities, self.codecs, collation)

    def codec(self, resource: Resource) -> ValueCodec:
        return self.codecs.of(resource)

    def take_first_page(self, resource: Resource) -> FirstPage | None:
        """What was read of ``resource`` along with its numbers of rows. None: nothing, or it was
        taken before, or no longer holds."""
        if self.first_rows is None or self.source.is_left(resource.name):
            return None
        return self.first_rows.take_page(resource.name)

    def forget_first_pages(self, collections: Collection[str]) -> None:
        """Read ``collections`` again: their schema changes."""
        if self.first_rows is not None:
            self.first_rows.drop(collections)

    def refresh(self, destination: Instance) -> None:
        """Go on with the ``destination`` as it is now: its schema has changed."""
        self.destination = destination
        self.codecs = ValueCodecs(self.source, destination)

    def identify_arrived(self, resource: Resource) -> None:
        """Match the rows of ``resource``, whose keys the destination has assigned."""
        match = match_arrived(self.identities, self.source, self.destination, resource)
        # Other groups match theirs at the same time.
        with self._lock:
            self.identities = self.identities.with_arrived(resource.name, match)

    def has_created(self, resources: Collection[Resource]) -> bool:
        """Whether the run has created rows of any of ``resources``."""
        counts = self.progress.report.resources
        return any(counts[resource.name].created for resource in resources)

    def advance(self, rows: int) -> None:
        """Count ``rows`` as done. Raises Cancelled when the run is to stop."""
        self.progress.advance(rows)
        self.cancel.check()


def start_run(
    plan: Plan,
    progress: Progress,
    cancel: CancelToken,
    helpers: Helpers,
    changes: ChangeList | None = None,
    baseline: Baseline | None = None,
    planned: Planned | None = None,
    first_rows: FirstRows | None = None,
) -> Run:
    """A run of ``plan``. Starting it writes nothing to either side. ``first_rows`` were read for
    the plan."""
    recorder = ChangeRecorder(changes, partial(progress.log, "warning"))
    describe_fields(plan, recorder)
    return Run(
        plan,
        progress,
        cancel,
        journal=Journal(plan.destination.client, plan.journal),
        prover=FileProver(plan.destination, plan.request.batch_size, progress, cancel),
        helpers=helpers,
        destination=plan.destination,
        identities=plan.identities,
        codecs=ValueCodecs(plan.source, plan.destination),
        unreadable=UnreadableRows(progress),
        refused=RefusedRows(),
        unique=UniqueValues(),
        changes=recorder,
        baseline=baseline or Baseline(None),
        planned=planned,
        first_rows=first_rows,
    )
