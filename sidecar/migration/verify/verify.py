"""What a dry run answers and what proves a real one: the comparison of both sides, in numbers and
named rows."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from sidecar.migration.apply.apply import Applied
from sidecar.migration.apply.source_changes import CODE
from sidecar.migration.compare.collation_conflicts import CollationConflicts
from sidecar.migration.compare.comparison import PageComparison, compare
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.up_to_date import verify_from_digests
from sidecar.migration.compare.value_problems import name_refused, note_losses
from sidecar.migration.concurrency import run_in_order
from sidecar.migration.instance.activity import SourceActivity
from sidecar.migration.mapping.identities import identify
from sidecar.migration.mapping.row_mapper import MISSING_REFERENCE
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.digests import Digests
from sidecar.migration.report.report import Report
from sidecar.migration.system.extensions import preview_extensions, verify_extensions
from sidecar.migration.system.password_mails import invite
from sidecar.migration.system.settings import preview_settings, verify_settings
from sidecar.resources.base import FILES, Resource

DIFFERENCES = {
    "CONFLICT": "was there before with other content in {}, and was kept",
    "DIFFERENT": "did not arrive as it is at the source, in {}",
}
CHANGED = (
    "created or changed at the source while the run was under way; new rows come with the next run"
)
RESOURCES_AT_ONCE = 4


def preview(plan: Plan, report: Report) -> None:
    """Count what a real run would create, find unchanged, leave as it is, or miss. Reads only."""
    _for_each(plan.in_order(), partial(_preview, plan, report), plan, report)
    preview_settings(plan, report)
    if "extensions" in plan.request.options:
        preview_extensions(plan, report)
    invite(plan, report)


def verify(
    plan: Plan, seen: RowLedger, applied: Applied, activity: SourceActivity, report: Report
) -> None:
    """Compare every source row with what now stands at the destination; those that were
    ``up_to_date`` there have been.

    Each difference is a problem, unless the source row is not the one any more that was loaded:
    that is noted.
    """
    plan = plan.with_destination(applied.destination)
    report.advance(sum(plan.rows[name] for name in applied.up_to_date))
    rest = [resource for resource in plan.in_order() if resource.name not in applied.up_to_date]
    if rest:
        untouched = activity.untouched()
        if any(
            report.resources[resource.name].created
            for resource in rest
            if resource.rules.natural_key
        ):
            plan = replace(
                plan,
                identities=identify(
                    plan.source, plan.destination, list(plan.resources.values()), arrived=True
                ),
            )
        _for_each(rest, partial(_verify, plan, seen, untouched, report), plan, report)
    verify_settings(plan, report)
    if "extensions" in plan.request.options:
        verify_extensions(plan, report)


def _for_each(
    resources: Iterable[Resource], work: Callable[[Resource], None], plan: Plan, report: Report
) -> None:
    def one(resource: Resource) -> None:
        with report.together():
            report.turn_to(resource)
            work(resource)

    tasks = {resource.name: partial(one, resource) for resource in resources}
    run_in_order(tasks, {}, RESOURCES_AT_ONCE, plan.large())


def _preview(plan: Plan, report: Report, resource: Resource) -> None:
    with CollationConflicts(plan, resource) as alike:
        for page in compare(plan, resource):
            page.unsupported_values |= alike.find(
                {
                    key: row
                    for key, row in page.rows.items()
                    if key not in page.barred and key not in page.unsupported_values
                }
            )
            _preview_page(resource, page, report)


def _preview_page(resource: Resource, page: PageComparison, report: Report) -> None:
    new = [
        key for key in page.absent if key not in page.barred and key not in page.unsupported_values
    ]
    report.count(
        resource,
        create=len(new),
        unchanged=page.same,
        conflicting=len(page.different) + page.unclear,
        missing_reference=page.unmapped,
    )
    for key, columns in page.barred.items():
        message = MISSING_REFERENCE.format(", ".join(columns))
        report.problem(resource.name, key, "MISSING_REFERENCE", message)
    for key in page.absent:
        name_refused(resource.name, key, page.unsupported_values.get(key, {}), report)
    note_losses(resource, page.lossy_columns, report)
    report.advance(len(page.rows))


def _verify(
    plan: Plan, seen: RowLedger, untouched: set[str], report: Report, resource: Resource
) -> None:
    if resource.name in untouched and verify_from_digests(plan, resource, seen, report):
        return
    new_rows, digests = _NewRows(plan, resource), Digests()
    if resource.name == FILES:
        plan.prover.finish(resource)
    for page in compare(plan, resource):
        apart = _set_aside_changed(resource, page, seen, new_rows, report) | _kept(
            resource, page, seen
        )
        _digest(page, apart, digests)
        report.count(resource, verified=page.same, different=len(page.different) + page.unclear)
        _name_differences(resource, page, seen, report)
        report.advance(len(page.rows))
    report.put_in_evidence(resource, digests)


def _digest(page: PageComparison, apart: set[Any], digests: Digests) -> None:
    for key, (expected, actual) in page.digests.items():
        if key not in apart:
            digests.add(expected, actual)


class _NewRows:
    """How many rows the source has got since the plan: more than that cannot be called new."""

    def __init__(self, plan: Plan, resource: Resource) -> None:
        self._plan = plan
        self._resource = resource
        self._left: int | None = None

    def take(self) -> bool:
        """Whether one more row may be one of them."""
        if self._left is None:
            self._left = (
                self._plan.source.rows.count(self._resource) - self._plan.rows[self._resource.name]
            )
        self._left -= 1
        return self._left >= 0


def _set_aside_changed(
    resource: Resource, page: PageComparison, seen: RowLedger, new_rows: _NewRows, report: Report
) -> set[Any]:
    changed = {
        key
        for key in (*page.absent, *page.different)
        if seen.changed(resource, page.rows[key])
        and (seen.knows(resource.name, key) or new_rows.take())
    }
    page.absent = [key for key in page.absent if key not in changed]
    page.different = {key: columns for key, columns in page.different.items() if key not in changed}
    if changed:
        report.note(resource.name, CODE, None, CHANGED, len(changed))
    return changed


def _kept(resource: Resource, page: PageComparison, seen: RowLedger) -> set[Any]:
    """People, rights and the like that were recognised: what the destination has of them is its
    own."""
    return {
        key for key in page.different if resource.rules.natural_key and seen.existed(resource, key)
    }


def _note_kept(resource: Resource, columns: list[str], report: Report) -> None:
    for column in columns:
        message = (
            f"{column}: the destination had another value for the same {resource.kind}, and "
            "keeps it"
        )
        report.note(resource.name, "KEPT", column, message, 1)


def _name_differences(
    resource: Resource, page: PageComparison, seen: RowLedger, report: Report
) -> None:
    if not page.absent and not page.different:
        return
    named = {problem.key for problem in report.problems if problem.resource == resource.name}
    kept = _kept(resource, page, seen)
    for key, columns in page.different.items():
        if key in kept:
            _note_kept(resource, columns, report)
        elif str(key) not in named:
            code = "CONFLICT" if seen.existed(resource, key) else "DIFFERENT"
            report.problem(resource.name, key, code, DIFFERENCES[code].format(", ".join(columns)))
    for key in page.absent:
        if str(key) not in named:
            report.problem(
                resource.name,
                key,
                "ABSENT",
                "is not at the destination; start the run again to create it",
            )
