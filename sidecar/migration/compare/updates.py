"""What becomes of an existing row that differs, because the administrator chose to update it."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sidecar.migration.changes.change import ChangedBy
from sidecar.migration.compare.last_state import LastState
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.existing import SOURCE
from sidecar.migration.plan.run import Run
from sidecar.resources.base import VERSIONS, Resource

DELTA = "delta"


class Update(NamedTuple):
    """What becomes of one row."""

    # The columns that get the source's value.
    columns: tuple[str, ...] = ()
    # Which side has changed the row since the last run. None: not known.
    changed_by: ChangedBy | None = None
    # Both sides have changed the row, so the destination keeps its own.
    is_kept: bool = False

    @property
    def is_conflict(self) -> bool:
        """Whether both sides have changed the row in columns that would be set."""
        return self.changed_by == "both" and bool(self.columns or self.is_kept)


NOTHING = Update()


class Updates:
    """Decides about the rows of ``resource``."""

    def __init__(self, run: Run, resource: Resource) -> None:
        self._run = run
        self._resource = resource
        self._is_chosen = are_updated(run, resource)
        self.last = LastState(run, resource)

    def of(self, matches: Iterable[RowMatch]) -> dict[Any, Update]:
        """What becomes of those of ``matches`` that differ, by their key at the source."""
        different = [match for match in matches if match.state == "different"]
        if not self._is_chosen:
            return {match.key: NOTHING for match in different}
        changed_by = self.last.changed_by(different)
        return {match.key: self._of(match, changed_by[match.key]) for match in different}

    def _of(self, match: RowMatch, changed_by: ChangedBy | None) -> Update:
        columns = _columns(self._run, self._resource, match)
        is_kept = changed_by == "both" and self._run.plan.request.conflicts != SOURCE
        if is_kept and columns:
            return Update((), changed_by, is_kept=True)
        return Update(columns, changed_by)


def are_updated(run: Run, resource: Resource) -> bool:
    """Whether existing rows of ``resource`` get the source's values."""
    return run.plan.request.existing.is_updated(resource.name)


def _columns(run: Run, resource: Resource, match: RowMatch) -> tuple[str, ...]:
    """The columns to set: those that differ, without those that stay.

    The row of an administrators' role or policy stays, and that of the migration's account. So do
    users' own settings, and whatever the destination cannot hold or has no counterpart for. A row
    of the destination may keep a unique value.
    """
    if match.target_key in run.plan.protected.get(resource.name, ()):
        return ()
    kept = {*_kept(resource, match), *run.unique.owners(resource.name, match.target_key)}
    return tuple(column for column in match.columns if column not in kept)


def _kept(resource: Resource, match: RowMatch) -> Collection[str]:
    mapped = match.mapped
    references = [reference.column for reference in resource.references]
    references += [reference.item for reference in resource.item_references]
    # The source's value is another one than null, and means nothing at the destination.
    lost = [
        column
        for column in references
        if match.source[column] is not None and mapped.values[column] is None
    ]
    if resource.name == VERSIONS and not _can_save(match):
        lost.append(DELTA)
    return {
        resource.key,
        *resource.rules.personal,
        *mapped.barred,
        *mapped.left_empty,
        *mapped.unsupported_values,
        *lost,
    }


def _can_save(match: RowMatch) -> bool:
    """Whether Directus can make the changes of a content version those of the source. It adds to
    them, and takes none away."""
    before, after = ((row or {}).get(DELTA) or {} for row in (match.actual, match.expected))
    return before.keys() <= after.keys()
