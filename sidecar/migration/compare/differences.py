"""What a real run makes of existing rows that differ, as a dry run foresees it."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sidecar.migration.compare.completed_columns import without_completed
from sidecar.migration.compare.empty_references import columns_to_fill
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.updates import columns_to_update, updates
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource


class Difference(NamedTuple):
    """What a real run makes of an existing row that differs."""

    # Empty references that it fills.
    filled: tuple[str, ...]
    # Columns that get the source's value.
    updated: tuple[str, ...]
    # Columns in which the row stays different.
    rest: tuple[str, ...]
    # References among the others that it cannot set: their targets do not arrive.
    barred: tuple[str, ...]


# By the key at the source.
Differences = Mapping[Any, Difference]


def difference_of(
    run: Run, resource: Resource, match: RowMatch, completed: Collection[str]
) -> Difference:
    """What becomes of ``match``. The second write sets the columns ``completed``."""
    remaining = without_completed(run, resource, match, completed)
    filled: tuple[str, ...] = ()
    updated = columns_to_update(run, resource, remaining)
    if not updates(run, resource):
        filled = columns_to_fill(run.plan.journal, resource, remaining)
    rest = tuple(one for one in remaining.columns if one not in (*filled, *updated))
    barred = [one for one in match.mapped.barred if one in match.columns and one not in rest]
    return Difference(filled, updated, rest, tuple(barred))
