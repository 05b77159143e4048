"""Reports what a dry run foresees of a page of rows."""

from collections import Counter, defaultdict

from sidecar.migration.compare.conflicts import report_updates
from sidecar.migration.compare.differences import Differences
from sidecar.migration.compare.empty_references import report_filled
from sidecar.migration.compare.kept_rows import report_conflict, report_kept
from sidecar.migration.compare.matcher import RowMatch, State
from sidecar.migration.compare.required_columns import report_refused
from sidecar.migration.compare.taken_values import report_taken
from sidecar.migration.compare.unwritable import (
    report_barred,
    report_losses,
    report_lost_targets,
    report_unwritable,
)
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource


def report_page(
    run: Run,
    resource: Resource,
    matches: list[RowMatch],
    differences: Differences,
    required: tuple[str, ...],
) -> None:
    """Count ``matches``, and name what a real run would name. ``required`` are columns that
    the destination requires and no row brings."""
    refused = report_refused(run, resource, matches, required)
    counts = Counter[State](match.state for match in matches)
    run.progress.count(
        resource,
        create=counts["new"] - refused,
        unchanged=counts["same"],
        updated=sum(bool(one.update.columns) for one in differences.values()),
        conflicting=sum(bool(one.rest) for one in differences.values()) + counts["ambiguous"],
        missing_reference=sum(bool(one.mapped.cleared or one.mapped.barred) for one in matches),
    )
    for match in matches:
        if match.state in ("new", "barred", "unsupported"):
            report_unwritable(resource, match, run.progress)
        elif match.key in differences and differences[match.key].barred:
            report_barred(resource, match.key, differences[match.key].barred, run.progress)
    _report_fills(run, resource, matches, differences)
    decided = {key: one.update for key, one in differences.items()}
    report_updates(run, resource, matches, decided)
    _report_different(run, resource, matches, differences)
    report_lost_targets(resource, matches, run.progress)
    report_losses(resource, matches, run.progress)


def _report_fills(
    run: Run, resource: Resource, matches: list[RowMatch], differences: Differences
) -> None:
    """Report the references that a real run fills, and those among them that are refused."""
    fills: dict[str, list[RowMatch]] = defaultdict(list)
    for match in matches:
        for column in differences[match.key].filled if match.key in differences else ():
            fills[column].append(match)
    for column, filled in fills.items():
        rows = len(filled) - report_taken(run, resource, column, filled)
        if rows:
            report_filled(resource, [column], run.progress, rows)


def _report_different(
    run: Run, resource: Resource, matches: list[RowMatch], differences: Differences
) -> None:
    """Name the existing rows that a real run keeps although they differ. Rows that an earlier run
    left half done are completed instead."""
    different = [
        match._replace(columns=differences[match.key].rest)
        for match in matches
        if match.state == "different"
        and differences[match.key].rest
        and not differences[match.key].update.is_kept
    ]
    if not different:
        return
    named = run.progress.keys_with_problems(resource.name, [match.key for match in different])
    for match in different:
        if resource.rules.natural_key:
            report_kept(resource, match, run.progress, is_named=str(match.key) in named)
        elif str(match.key) not in named:
            report_conflict(resource, match, run.progress)
