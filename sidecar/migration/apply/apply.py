"""Apply: bring the schema up to date, load the groups of the plan, those that do not depend on each
other side by side, skipping what is there; then the settings and extensions, and last of all the
flows start."""

from collections.abc import Collection, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property

from sidecar.cancellation import CancelToken
from sidecar.directus.client import Row
from sidecar.directus.interruption import interruptible
from sidecar.errors import Cancelled
from sidecar.migration.apply.batch_size import BatchSize
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.destination_state import DestinationState
from sidecar.migration.apply.loader import Loader
from sidecar.migration.apply.second_write import SecondWrite
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.up_to_date import is_up_to_date
from sidecar.migration.concurrency import read_ahead, run_in_order
from sidecar.migration.instance.instance import Instance, inspect
from sidecar.migration.instance.reading import pages_of
from sidecar.migration.mapping.identities import awaited, identify_arrived
from sidecar.migration.plan.load_order import Group
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.report import Report
from sidecar.migration.system.extensions import apply_extensions
from sidecar.migration.system.password_mails import invite
from sidecar.migration.system.settings import apply_settings
from sidecar.resources.base import Resource

GROUPS_AT_ONCE = 4
WRITERS = 8


@dataclass(frozen=True, slots=True)
class Applied:
    """The ``destination`` as it is afterwards, and the names of resources that were ``up_to_date``
    there unchanged, all of them compared."""

    destination: Instance
    up_to_date: frozenset[str]


def apply(plan: Plan, seen: RowLedger, report: Report) -> Applied:
    """Write the plan to the destination; ``seen`` takes note of every source row. Raises
    DirectusError or Cancelled.

    Whatever happens, the schema is in final form afterwards and flows are as they were, as long as
    the destination can be reached.
    """
    preparation = DestinationState(plan)
    cancel = CancelToken(lambda: report.watcher.cancel_requested() or report.stopping)
    try:
        with (
            report.together(),
            interruptible((plan.source.client, plan.destination.client), cancel),
        ):
            report.log("info", "Bringing the schema up to date")
            expecting = _expecting_rows(plan)
            begun = _begin_reading(plan, expecting)
            preparation.begin(expecting)
            with ThreadPoolExecutor(WRITERS) as pool:
                loading = _Loading(
                    _with_columns(plan, preparation), preparation, seen, report, pool, begun
                )
                loading.run()
            preparation.restore()
            there = _destination_now(plan, preparation)
            apply_settings(replace(plan, destination=there), report)
            if "extensions" in plan.request.options:
                apply_extensions(plan, report)
            preparation.release(report)
            invite(plan, report)
    except BaseException as error:
        if isinstance(error, Cancelled | KeyboardInterrupt):
            plan.destination.client.shorten_waits()
        preparation.restore_if_possible(report)
        raise
    finally:
        preparation.name_nullable(report)
    return Applied(there, frozenset(loading.up_to_date))


def _with_columns(plan: Plan, preparation: DestinationState) -> Plan:
    """``plan`` with the columns that the destination has by now: between two databases they tell
    what it holds."""
    return (
        plan.with_destination(_destination_now(plan, preparation)) if plan.codecs.differ else plan
    )


def _destination_now(plan: Plan, preparation: DestinationState) -> Instance:
    return inspect(plan.destination.client) if preparation.changed_schema else plan.destination


def _expecting_rows(plan: Plan) -> set[str]:
    """Collections that will receive rows for certain; others enter the loading form when a new row
    turns up."""
    empty = {name for name, rows in plan.rows.items() if rows and not plan.rows_before.get(name)}
    return empty | (plan.journal.unfinished & plan.resources.keys())


def _begin_reading(plan: Plan, names: Collection[str]) -> dict[str, Iterator[list[Row]]]:
    """Of the largest of ``names`` the first rows are on their way while the destination's schema is
    written."""
    largest = sorted(names, key=lambda name: -plan.rows[name])[:GROUPS_AT_ONCE]
    return {name: _pages(plan, plan.resources[name]) for name in largest}


def _pages(plan: Plan, resource: Resource) -> Iterator[list[Row]]:
    return read_ahead(pages_of(plan.source, resource, resource.columns))


@dataclass
class _Loading:
    plan: Plan
    preparation: DestinationState
    seen: RowLedger
    report: Report
    pool: Executor
    begun: dict[str, Iterator[list[Row]]]
    limits: BatchSize = field(default_factory=BatchSize)
    up_to_date: set[str] = field(default_factory=set)

    @cached_property
    def awaited(self) -> set[str]:
        """Collections whose rows are pointed at by the ids that the destination gives them."""
        return awaited(self.plan.resources.values())

    def run(self) -> None:
        """Load all groups; the largest of those that may begin does."""
        group_of = {name: group.names[0] for group in self.plan.groups for name in group.names}
        largest = sorted(
            self.plan.groups, key=lambda group: -sum(self.plan.rows[name] for name in group.names)
        )
        after = {
            group.names[0]: {group_of[name] for name in group.after} for group in self.plan.groups
        }
        tasks = {group.names[0]: lambda group=group: self._load(group) for group in largest}
        large = {group_of[name] for name in self.plan.large()}
        run_in_order(tasks, after, GROUPS_AT_ONCE, large)

    def _load(self, group: Group) -> None:
        changes = SourceChanges(self.plan, self.seen, self.report)
        with self.report.together(), ExitStack() as stack:
            written: list[tuple[SecondWrite, BatchWriter]] = []
            for name in group.names:
                resource = self.plan.resources[name]
                self.report.turn_to(resource)
                if is_up_to_date(self.plan, resource, self.seen, self.report):
                    self.up_to_date.add(name)
                    continue
                links = stack.enter_context(SecondWrite(resource, self.plan.deferred(resource)))
                writer = BatchWriter(
                    self.plan.destination, resource, self.report, self.limits, changes
                )
                pages = self.begun.pop(name, None) or _pages(self.plan, resource)
                Loader(
                    self.plan, self.preparation, links, writer, self.seen, self.report, self.pool
                ).load(pages)
                written.append((links, writer))
                if name in self.awaited:
                    identify_arrived(
                        self.plan.identities, self.plan.source, self.plan.destination, resource
                    )
            settled = self.plan.identities.settled
            whole = [
                writer.resource.name for links, writer in written if links.write(writer, settled)
            ]
        self.preparation.loaded(group.names, whole)
