"""The state of the destination while rows load: loading mode, paused flows and the journal."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import RLock
from typing import Any

from sidecar.directus.client import Row
from sidecar.errors import Cancelled, DirectusError
from sidecar.migration.apply.flow_activation import FlowActivation
from sidecar.migration.apply.flow_pause import FlowPause
from sidecar.migration.compare.relaxed_columns import CODE as STAYS_NULLABLE
from sidecar.migration.compare.relaxed_columns import NULLS_LEFT
from sidecar.migration.instance.cleared import Columns
from sidecar.migration.plan.run import Run
from sidecar.migration.report.progress import Progress
from sidecar.migration.schema.adopted_write import apply_adopted
from sidecar.migration.schema.field_name import FieldName
from sidecar.migration.schema.loading_state import LoadingState
from sidecar.migration.schema.refused_changes import SCHEMA_REFUSED
from sidecar.migration.schema.split_diff import without_changes, without_collections
from sidecar.resources.base import FLOWS, Resource


class DestinationState:
    """Prepares the destination for the rows of a plan, and restores it afterwards. Threads may
    share it."""

    def __init__(self, run: Run) -> None:
        plan = run.plan
        self._run = run
        relaxed_not_null = [
            (edge.origin, edge.column) for group in plan.groups for edge in group.relaxed_not_null
        ]
        self._mode = LoadingState(
            plan.source,
            plan.destination,
            force=plan.request.force,
            relaxed_not_null=relaxed_not_null,
            refused=plan.refused,
        )
        self._schema_stands = plan.schema.empty
        self._flows = FlowPause(plan.destination, run.journal, plan.resources)
        self._activation = FlowActivation(run)
        self._journal = run.journal
        self._lock = RLock()

    @property
    def changed_schema(self) -> bool:
        """Whether the destination's schema is no longer as the plan found it, or was not for a
        while."""
        return self._mode.schema_changed

    @property
    def refused_collections(self) -> frozenset[str]:
        """The collections that the destination refused to create."""
        return self._mode.refused.collections

    @property
    def refused_fields(self) -> frozenset[FieldName]:
        """The fields that it refused to create, of collections that exist."""
        return self._mode.refused.fields

    def begin(self, names: Iterable[str]) -> None:
        """Finish what an earlier run left, and bring the schema up to date, with ``names`` in
        loading mode."""
        self._flows.resume()
        self._change_adopted_columns()
        self._mode.bring_up_to_date(names, is_up_to_date=self._schema_stands)

    def pause_also(self, flows: Iterable[Any]) -> None:
        """Pause ``flows``, too, when the first row is about to be written: their operations change.
        Directus ends if an active flow goes on to an operation of another one meanwhile."""
        self._flows.others.update(flows)

    def _change_adopted_columns(self) -> None:
        """Change what has no metadata. What the destination refuses becomes a problem."""
        plan, progress = self._run.plan, self._run.progress
        # These change when their rows are there.
        later = self._mode.relaxed_adopted
        changes = [one for one in plan.schema.adopted if (one.collection, one.column) not in later]
        refused = apply_adopted(plan.destination.client, changes)
        for change in refused:
            columns = [change.column]
            progress.problem(change.collection, None, SCHEMA_REFUSED, change.message, columns)
        progress.count_schema(changed=-len(refused))

    def for_rows(self, name: str, *, second_write: bool) -> None:
        """Prepare for rows of ``name``. Idempotent: repeating it sends no request."""
        with self._lock:
            self._flows.pause()
            self._mode.enter(name)
            if second_write:
                self._journal.begin([name])

    def deactivate_flows(self, resource: Resource, rows: Sequence[Row]) -> Sequence[Row]:
        """``rows`` as they are created. New flows are inactive until everything has arrived."""
        with self._lock:
            return self._activation.deactivate_flows(rows) if resource.name == FLOWS else rows

    def set_status(self, flow: str, status: str) -> None:
        """Give an existing flow this status when everything has arrived."""
        with self._lock:
            self._activation.statuses[flow] = status

    def activate_flows(self) -> None:
        """Activate the flows that were deactivated, and give others their new status: everything
        has arrived. Raises DirectusError."""
        self._activation.activate()

    def clear(self, name: str, columns: Columns) -> None:
        """Record that references of ``name`` are left empty, as their targets are missing."""
        had_rows = bool(self._run.plan.rows_before.get(name, 0))
        with self._lock:
            self._journal.clear(name, columns, had_rows=had_rows)

    def settle(self, collections: Mapping[str, Columns]) -> None:
        """Record that no other references of ``collections`` are left empty."""
        with self._lock:
            self._journal.settle(collections)

    def loaded(self, names: Iterable[str], whole: Iterable[str]) -> None:
        """End the loading of ``names``. Of those that are ``whole`` the second write is done,
        too."""
        with self._lock:
            self._journal.end(whole)
            self._mode.finish(names)

    def restore(self) -> None:
        """Leave loading mode, create what needed the rows, and activate the paused flows. Raises
        DirectusError."""
        self._mode.leave()
        self._mode.create_refused_relations()
        self._flows.resume()

    def restore_if_possible(self) -> None:
        """The same after a failure. What fails becomes a problem, and the next run does it."""
        count = len(self._mode.loading)
        loading = "1 collection is" if count == 1 else f"{count or 'Some'} collections are"
        _try(
            self._mode.leave,
            f"{loading} still in import mode. Run again to restore them",
            self._run.progress,
        )
        _try(
            self._flows.resume,
            "Flows are still paused. Run again to activate them",
            self._run.progress,
        )

    def report_schema(self) -> None:
        """Report what the destination refused of the schema, and each column that could not be made
        NOT NULL again."""
        self._count_what_was_made()
        progress = self._run.progress
        for refusal in self._mode.refused.reasons.values():
            progress.problem(
                refusal.collection, None, SCHEMA_REFUSED, refusal.message, refusal.columns
            )
        for change in (*self._mode.refused_metadata, *self._mode.refused_adopted):
            columns = [change.column]
            progress.problem(change.collection, None, SCHEMA_REFUSED, change.message, columns)
        for collection, field in sorted(self._mode.still_nullable):
            message = f"{field}: {NULLS_LEFT}"
            progress.problem(collection, None, STAYS_NULLABLE, message, [field])

    def _count_what_was_made(self) -> None:
        """Count nothing as added or changed that the destination refused."""
        planned, refused = self._run.plan.schema, self._mode.refused
        nullable, count = self._mode.still_nullable, self._run.progress.count_schema
        count(changed=-planned.count_not_null(nullable))
        others = {(one.collection, one.column) for one in self._mode.refused_adopted} - nullable
        count(changed=-len(others))
        if refused.reasons:
            made = without_changes(planned, refused.reasons)
            made = without_collections(made, refused.collections)
            before, after = planned.counts(), made.counts()
            count(added=after.added - before.added, changed=after.changed - before.changed)
            self._run.progress.report.schema_added = made.added_parts()


def _try(action: Callable[[], None], otherwise: str, progress: Progress) -> None:
    try:
        action()
    except (DirectusError, Cancelled) as error:
        # Cancelled: another run has taken over the destination.
        progress.problem(None, None, "NOT_PUT_BACK", f"{otherwise} ({error.message})")
