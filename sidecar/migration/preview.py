"""What a dry run counts: the same matching as in a real run, before anything is written."""

from collections import Counter
from dataclasses import replace
from functools import partial

from sidecar.migration.compare.collation_conflicts import CollationConflicts
from sidecar.migration.compare.completed_columns import remaining_columns
from sidecar.migration.compare.each_resource import for_each_resource
from sidecar.migration.compare.empty_references import columns_to_fill, report_filled
from sidecar.migration.compare.kept_rows import report_conflict, report_kept
from sidecar.migration.compare.matcher import RowMatch, State, match_all
from sidecar.migration.compare.required_columns import report_refused, required_columns
from sidecar.migration.compare.settled_rows import settle
from sidecar.migration.compare.unwritable import (
    report_losses,
    report_lost_targets,
    report_missing_reference,
    report_unwritable,
)
from sidecar.migration.plan.left_out import leave_out
from sidecar.migration.plan.plan import Plan, RowNumbers
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcome, Outcomes
from sidecar.migration.schema.foreseen_refusals import foreseen_refusals
from sidecar.migration.schema.refused_changes import SCHEMA_REFUSED, Refusals
from sidecar.migration.system.extensions import preview_extensions
from sidecar.migration.system.password_mails import report_password_mails
from sidecar.migration.system.settings import preview_settings
from sidecar.resources.base import Resource

OUTCOMES: dict[State, Outcome] = {"new": "created", "same": "unchanged"}


def preview(run: Run) -> Plan:
    """The plan with the numbers of what a real run would create, find unchanged, leave as it is, or
    miss. Reads only."""
    _leave_out_refused(run)
    # What references point at comes first, as in a real run: it may turn out to be unreadable.
    after = {name: group.after for group in run.plan.groups for name in group.names}
    for_each_resource(run, run.plan.in_order(), partial(_preview, run), after)
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
        run.progress.problem(refusal.collection, None, SCHEMA_REFUSED, refusal.message)
    if collections or run.plan.refused:
        names = [refusal.collection for refusal in collections]
        leave_out(run, names, Refusals(run.plan.refused).fields)


def _preview(run: Run, resource: Resource) -> None:
    required = required_columns(run, resource)
    outcomes = Outcomes()
    with CollationConflicts(run, resource) as conflicts:
        for page in match_all(run, resource):
            matches = conflicts.reject(page)
            _preview_page(run, resource, matches, required)
            named = run.progress.keys_with_problems(resource.name)
            for match in matches:
                outcomes.add(_outcome(run, resource, match, is_named=str(match.key) in named))
            run.advance(len(matches))
    settle(run, resource, outcomes)


def _outcome(run: Run, resource: Resource, match: RowMatch, *, is_named: bool) -> Outcome:
    """What a real run would make of a row. ``is_named`` says that it has a problem."""
    if is_named:
        return "problem"
    if match.state == "different":
        if columns_to_fill(resource, match) or not remaining_columns(run, resource, match):
            return "updated"
        return "kept" if resource.rules.natural_key else "problem"
    return OUTCOMES.get(match.state, "problem")


def _preview_page(
    run: Run, resource: Resource, matches: list[RowMatch], required: tuple[str, ...]
) -> None:
    refused = report_refused(run, resource, matches, required)
    counts = Counter[State](match.state for match in matches)
    filled = [match for match in matches if columns_to_fill(resource, match)]
    run.progress.count(
        resource,
        create=counts["new"] - refused,
        unchanged=counts["same"],
        conflicting=counts["different"] + counts["ambiguous"] - len(filled),
        missing_reference=sum(bool(one.mapped.cleared or one.mapped.barred) for one in matches),
    )
    for match in matches:
        if match.state in ("barred", "unsupported"):
            report_unwritable(resource, match, run.progress)
        else:
            # A real run keeps a row that exists. It then differs in these references.
            report_missing_reference(resource, match, run.progress)
    report_filled(resource, filled, run.progress)
    filled_keys = {match.key for match in filled}
    _report_different(
        run,
        resource,
        [one for one in matches if one.state == "different" and one.key not in filled_keys],
    )
    report_lost_targets(resource, matches, run.progress)
    report_losses(resource, matches, run.progress)


def _report_different(run: Run, resource: Resource, different: list[RowMatch]) -> None:
    """Name the existing rows that a real run keeps although they differ. Rows that an earlier run
    left half done are completed instead."""
    rest = [(match, remaining_columns(run, resource, match)) for match in different]
    different = [match._replace(columns=columns) for match, columns in rest if columns]
    if not different:
        return
    named = run.progress.keys_with_problems(resource.name)
    for match in different:
        if resource.rules.natural_key:
            report_kept(resource, match, run.progress, is_named=str(match.key) in named)
        elif str(match.key) not in named:
            report_conflict(resource, match, run.progress)


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
