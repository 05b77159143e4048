"""What a dry run says of rows that cannot get a unique value: that is known only when it has read
all rows of their collection."""

from collections.abc import Collection, Mapping
from typing import Any

from sidecar.migration.compare.matcher import Matcher, RowMatch
from sidecar.migration.compare.row_changes import RowChanges
from sidecar.migration.compare.unique_values import block_unique, report_blocked
from sidecar.migration.compare.updates import Update, Updates
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcomes
from sidecar.resources.base import Resource


def report_blocked_rows(run: Run, resource: Resource, outcomes: Outcomes) -> None:
    """Name such rows of ``resource``, and correct what was counted of them. Reads only. Raises
    DirectusError."""
    block_unique(run, resource)
    keys = {key for key, _, _ in run.unique.blocked(resource.name)}
    matches = _matches(run, resource, keys) if keys else []
    updates = Updates(run, resource)
    decided = updates.of(matches)
    for match in matches:
        report_blocked(run, resource, match.key, run.unique.owners(resource.name, match.target_key))
        _correct(run, resource, match, decided, outcomes)
    absent = [match.target_key for match in matches if match.existing is None]
    run.refused.add(resource.name, absent)
    RowChanges(run, resource).add([one for one in matches if one.existing], decided)


def _matches(run: Run, resource: Resource, keys: Collection[Any]) -> list[RowMatch]:
    """The rows with these keys at the destination."""
    source_keys = run.identities.source_keys(resource.name, keys)
    matcher = Matcher(run, resource)
    rows = run.source.rows.by_key(resource, source_keys, matcher.fields)
    return matcher.match(list(rows.values()))


def _correct(
    run: Run, resource: Resource, match: RowMatch, decided: Mapping[Any, Update], outcomes: Outcomes
) -> None:
    if match.existing is None:
        run.progress.count(resource, create=-1)
        outcomes.move("problem", "created")
        return
    if not decided[match.key].columns:
        run.progress.count(resource, updated=-1)
    outcomes.move("problem", "updated")
