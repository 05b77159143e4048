"""What a dry run counts: the same matching as in a real run, before anything is written."""

from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from sidecar.migration.compare.blocked_rows import report_blocked_rows
from sidecar.migration.compare.collation_conflicts import CollationConflicts
from sidecar.migration.compare.completed_columns import completed_columns
from sidecar.migration.compare.differences import Differences, differences_of
from sidecar.migration.compare.each_resource import for_each_group
from sidecar.migration.compare.matcher import RowMatch, State, match_all
from sidecar.migration.compare.only_at_destination import OnlyAtDestination
from sidecar.migration.compare.page_report import report_page
from sidecar.migration.compare.plan_check import check_plan
from sidecar.migration.compare.relaxed_columns import CODE as STAYS_NULLABLE
from sidecar.migration.compare.relaxed_columns import WILL_STAY, RelaxedColumns
from sidecar.migration.compare.required_columns import required_columns
from sidecar.migration.compare.row_changes import RowChanges
from sidecar.migration.compare.settled_rows import settle
from sidecar.migration.compare.undecided_rows import UndecidedRows, refuse_undecided
from sidecar.migration.compare.unique_values import collect_unique
from sidecar.migration.compare.unrelated_rows import UnrelatedRows
from sidecar.migration.compare.updates import Updates, are_updated
from sidecar.migration.files.file_rows import is_whole
from sidecar.migration.plan.left_out import leave_out
from sidecar.migration.plan.load_order import Group
from sidecar.migration.plan.plan import Plan, RowNumbers
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcome, Outcomes
from sidecar.migration.schema.foreseen_refusals import foreseen_refusals
from sidecar.migration.schema.refused_changes import SCHEMA_REFUSED, Refusals
from sidecar.migration.system.extensions import preview_extensions
from sidecar.migration.system.password_mails import report_password_mails
from sidecar.migration.system.settings import preview_settings
from sidecar.resources.base import FILES, Resource
from sidecar.resources.files import SIZE, UPLOADED

# Columns that differ where the bytes of a file may do so.
REPLACED_WITH = frozenset({SIZE, UPLOADED})
OUTCOMES: dict[State, Outcome] = {"new": "created", "same": "unchanged"}


def preview(run: Run) -> Plan:
    """The plan with the numbers of what a real run would create, find unchanged, leave as it is, or
    miss. Reads only."""
    if run.planned:
        check_plan(run, run.planned)
    _leave_out_refused(run)
    # What references point at comes first, as in a real run: it may turn out not to arrive.
    for_each_group(run, run.plan.groups, partial(_preview, run))
    if "settings" in run.plan.request.included:
        preview_settings(run)
    if "extensions" in run.plan.request.included:
        preview_extensions(run)
    report_password_mails(run)
    return replace(run.plan, numbers=_numbers(run))


def _leave_out_refused(run: Run) -> None:
    """Go on without what the destination will refuse of the schema, as a real run does."""
    collections = foreseen_refusals(run.plan.schema)
    for refusal in (*collections, *run.plan.refused.values()):
        run.progress.problem(
            refusal.collection, None, SCHEMA_REFUSED, refusal.message, refusal.columns
        )
    if collections or run.plan.refused:
        names = [refusal.collection for refusal in collections]
        leave_out(run, names, Refusals(run.plan.refused).fields)


def _preview(run: Run, group: Group) -> None:
    with ExitStack() as stack:
        previews = []
        for name in group.names:
            preview = _ResourcePreview(run, run.plan.resources[name], group, stack)
            previews.append(preview)
            preview.read()
        undecided = [preview.undecided for preview in previews]
        refuse_undecided(run, undecided)
        for preview in previews:
            preview.finish()


class _ResourcePreview:
    """The preview of one resource of ``group``."""

    def __init__(self, run: Run, resource: Resource, group: Group, stack: ExitStack) -> None:
        self._run = run
        self._resource = resource
        self._required = required_columns(run, resource)
        self._completed = completed_columns(run, resource)
        if self._required:
            run.refused.add_all(resource.name)
        self._conflicts = stack.enter_context(CollationConflicts(run, resource))
        self._first_page = run.take_first_page(resource)
        self.undecided = stack.enter_context(UndecidedRows(run, resource, group, self._first_page))
        self._relaxed = RelaxedColumns(group, resource.name)
        self._updates = Updates(run, resource)
        self._unrelated = UnrelatedRows(run, resource)
        self._changes = RowChanges(run, resource)
        self._only_there = stack.enter_context(OnlyAtDestination(run, resource))
        self._outcomes = Outcomes()
        # Rows that the destination has.
        self._existing = 0

    def read(self) -> None:
        """Read all rows of the source, and count those that are decided."""
        self._run.progress.turn_to(self._resource)
        pages = match_all(self._run, self._resource, self.undecided.decided, self._first_page)
        for page in pages:
            self._add(page)

    def finish(self) -> None:
        """Count the others: it is known which rows of the group do not arrive."""
        for page in self.undecided.matches():
            self._add(page)
        if are_updated(self._run, self._resource):
            self._unrelated.warn()
        report_blocked_rows(self._run, self._resource, self._outcomes)
        settle(self._run, self._resource, self._outcomes, self._existing)
        self._only_there.record()
        self._report_relaxed()

    def _report_relaxed(self) -> None:
        name, progress = self._resource.name, self._run.progress
        columns = self._relaxed.foresee(self._run)
        for column in columns:
            message = f"{column}: {WILL_STAY}"
            progress.problem(name, None, STAYS_NULLABLE, message, [column])
        stay = self._run.plan.schema.count_not_null({(name, column) for column in columns})
        progress.count_schema(changed=-stay)

    def _add(self, page: list[RowMatch]) -> None:
        run, resource = self._run, self._resource
        matches = self._conflicts.reject(page)
        run.refused.add(
            resource.name,
            [one.target_key for one in matches if one.existing is None and one.state != "new"],
        )
        differences = differences_of(run, resource, matches, self._completed, self._updates)
        report_page(run, resource, matches, differences, self._required)
        self._unrelated.add(matches)
        self._only_there.see(matches)
        _leave_out_bytes(run, resource, matches, differences)
        self._existing += sum(match.existing is not None for match in matches)
        self._relaxed.add(matches, {key: one.rest for key, one in differences.items()})
        named = run.progress.keys_with_problems(resource.name, [match.key for match in matches])
        for match in matches:
            is_named = str(match.key) in named
            self._outcomes.add(_outcome(resource, match, differences, is_named=is_named))
        updates = {key: one.change for key, one in differences.items()}
        if are_updated(run, resource):
            collect_unique(run, resource, matches, updates)
        arriving = [one for one in matches if one.existing is not None or str(one.key) not in named]
        self._changes.add(arriving, updates)
        run.advance(len(matches))


def _leave_out_bytes(
    run: Run, resource: Resource, matches: list[RowMatch], differences: Differences
) -> None:
    """Count no bytes of files that the destination has, and that are not replaced."""
    if resource.name != FILES:
        return
    replaced = {
        key for key, one in differences.items() if not REPLACED_WITH.isdisjoint(one.update.columns)
    }
    existing = [
        match
        for match in matches
        if match.existing and is_whole(match.existing) and match.key not in replaced
    ]
    size = sum(int(match.source["filesize"] or 0) for match in existing)
    run.progress.count(resource, bytes_total=-size)


def _outcome(
    resource: Resource, match: RowMatch, differences: Differences, *, is_named: bool
) -> Outcome:
    """What a real run would make of a row. ``is_named`` says that it has a problem."""
    if is_named:
        return "problem"
    if match.state == "different":
        difference = differences[match.key]
        if difference.update.is_kept:
            return "kept"
        if difference.update.columns or not difference.rest:
            return "updated"
        return "kept" if resource.rules.natural_key else "problem"
    return OUTCOMES.get(match.state, "problem")


def _numbers(run: Run) -> dict[str, RowNumbers]:
    counted = run.progress.report.resources
    return {
        name: RowNumbers(
            counted[name].create,
            counted[name].unchanged,
            counted[name].conflicting,
            counted[name].missing_reference,
        )
        for name in run.plan.resources
    }
