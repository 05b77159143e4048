"""What a real run makes of existing rows that differ, as a dry run foresees it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sidecar.migration.compare.completed_columns import without_completed
from sidecar.migration.compare.empty_references import columns_to_fill
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.updates import Update, Updates, are_updated
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource


class Difference(NamedTuple):
    """What a real run makes of an existing row that differs."""

    # Empty references that it fills.
    filled: tuple[str, ...]
    # What it sets because the administrator chose to update.
    update: Update
    # Columns in which the row stays different.
    rest: tuple[str, ...]
    # References among the others that it cannot set: their targets do not arrive.
    barred: tuple[str, ...]

    @property
    def change(self) -> Update:
        """All that is set of the row."""
        return Update(self.filled) if self.filled else self.update


# By the key at the source.
Differences = Mapping[Any, Difference]


def differences_of(
    run: Run,
    resource: Resource,
    matches: Iterable[RowMatch],
    completed: Collection[str],
    updates: Updates,
) -> Differences:
    """What becomes of those of ``matches`` that differ. The second write sets the columns
    ``completed``."""
    different = [match for match in matches if match.state == "different"]
    remaining = [without_completed(run, resource, match, completed) for match in different]
    decided = updates.of(remaining)
    return {
        match.key: _difference(run, resource, match, rest, decided[match.key])
        for match, rest in zip(different, remaining, strict=True)
    }


def _difference(
    run: Run, resource: Resource, match: RowMatch, remaining: RowMatch, update: Update
) -> Difference:
    filled: tuple[str, ...] = ()
    if not are_updated(run, resource):
        filled = columns_to_fill(run.plan.journal, resource, remaining)
    rest = tuple(one for one in remaining.columns if one not in (*filled, *update.columns))
    barred = [one for one in match.mapped.barred if one in match.columns and one not in rest]
    return Difference(filled, update, rest, tuple(barred))
