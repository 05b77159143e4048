"""The destination while rows load: schema metadata in loading form, event flows paused, a journal
of what is begun."""

from collections.abc import Callable, Iterable, Sequence
from threading import RLock

from sidecar.directus.client import Row
from sidecar.errors import DirectusError
from sidecar.migration.apply.flow_activation import FlowActivation
from sidecar.migration.apply.flow_pause import FlowPause
from sidecar.migration.plan.run import Run
from sidecar.migration.report.progress import Progress
from sidecar.migration.schema.loading_mode import LoadingMode
from sidecar.resources.base import FLOWS, Resource

AGAIN = "start the run again to have that done"
NULLS_LEFT = (
    "the destination's database did not make it NOT NULL again, as there are rows without a "
    "value; start the run again to have them get it"
)


class DestinationState:
    """Makes the destination ready for the rows of a plan, and puts back what was changed for that.
    Safe to share by threads."""

    def __init__(self, run: Run) -> None:
        plan = run.plan
        self._run = run
        relaxed_not_null = [
            (edge.origin, edge.column) for group in plan.groups for edge in group.relaxed_not_null
        ]
        self._form = LoadingMode(
            plan.source,
            plan.destination,
            force=plan.request.force,
            relaxed_not_null=relaxed_not_null,
        )
        self._schema_stands = plan.schema.empty
        self._flows = FlowPause(plan.destination, run.journal, plan.resources)
        self._activation = FlowActivation(run)
        self._journal = run.journal
        self._lock = RLock()

    @property
    def changed_schema(self) -> bool:
        """Whether the destination's schema is, or was, another one than the plan found."""
        return self._form.changed

    def begin(self, names: Iterable[str]) -> None:
        """Finish what an earlier run left, and bring the schema up to date with ``names`` in
        loading form."""
        self._flows.resume()
        self._form.bring_up_to_date(names, stands=self._schema_stands)

    def for_rows(self, name: str, *, second_write: bool) -> None:
        """Rows of ``name`` are about to be written. What is so already costs nothing."""
        with self._lock:
            self._flows.pause()
            self._form.require(name)
            if second_write:
                self._journal.begin([name])

    def deactivate_flows(self, resource: Resource, rows: Sequence[Row]) -> Sequence[Row]:
        """``rows`` as they may be created now: flows wait until the rest has arrived."""
        with self._lock:
            return self._activation.deactivate_flows(rows) if resource.name == FLOWS else rows

    def activate_flows(self) -> None:
        """Activate the flows that were deactivated: everything has arrived. Raises
        DirectusError."""
        self._activation.activate()

    def loaded(self, names: Iterable[str], whole: Iterable[str]) -> None:
        """``names`` have their rows; for those that are ``whole`` each second write was taken
        too."""
        with self._lock:
            self._journal.end(whole)
            self._form.loaded(names)

    def restore(self) -> None:
        """The final form of the schema, and the flows as they were. Raises DirectusError."""
        self._form.leave()
        self._flows.resume()

    def restore_if_possible(self) -> None:
        """The same after a failure; what cannot be done now becomes a problem, and the next run
        does it."""
        loading = ", ".join(sorted(self._form.loading)) or "Collections"
        _try(
            self._form.leave,
            f"{loading} could not be put back from loading form; {AGAIN}",
            self._run.progress,
        )
        _try(
            self._flows.resume,
            f"Flows that were paused could not be activated again; {AGAIN}",
            self._run.progress,
        )

    def report_nullable(self) -> None:
        """Each column that could not be made NOT NULL again becomes a problem."""
        for collection, field in sorted(self._form.left):
            self._run.progress.problem(collection, None, "STAYS_NULLABLE", f"{field}: {NULLS_LEFT}")


def _try(action: Callable[[], None], otherwise: str, progress: Progress) -> None:
    try:
        action()
    except DirectusError as error:
        progress.problem(None, None, "NOT_PUT_BACK", f"{otherwise} ({error.message})")
