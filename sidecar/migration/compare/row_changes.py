"""Tells the list of changes what a run does with each row, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from sidecar.migration.changes.change import Change, Kind
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.row_labels import RowLabels
from sidecar.migration.compare.updates import NOTHING, Update
from sidecar.migration.mapping.identities import is_pending
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import state_digest
from sidecar.resources.base import Resource

Fields = dict[str, tuple[Any, Any]]


class RowChanges:
    """The changes of the rows of ``resource``. Without anybody who wants them, it does nothing."""

    def __init__(self, run: Run, resource: Resource) -> None:
        self._recorder = run.changes
        self._resource = resource
        self._source = run.source
        # The key names the row anyway. Of the others, no value may be seen.
        self._hidden = {resource.key, *resource.rules.secret, *resource.masked}

    @cached_property
    def _labels(self) -> RowLabels:
        return RowLabels(self._source, self._resource)

    def add(self, matches: Sequence[RowMatch], updates: Mapping[Any, Update]) -> None:
        """Record ``matches``. ``updates`` has what becomes of those that differ. Rows that do not
        arrive are not recorded: problems name them."""
        if self._recorder.wanted:
            self._recorder.add(self.of(matches, updates))

    def of(self, matches: Sequence[RowMatch], updates: Mapping[Any, Update]) -> Iterator[Change]:
        """The changes of those of ``matches`` that arrive."""
        for match in matches:
            update = updates.get(match.key, NOTHING)
            if kind := _kind(match, update):
                actual = match.actual
                after = match.expected if kind == "new" else match.updated(update.columns)
                yield Change(
                    self._resource.name,
                    kind,
                    str(match.key),
                    self._labels.of(match.source),
                    self._fields(match, update, kind),
                    None if actual is None else state_digest(actual),
                    None if after is None else state_digest(after),
                    update.changed_by,
                )

    def _fields(self, match: RowMatch, update: Update, kind: Kind) -> Fields:
        values, before = match.mapped.values, match.existing or {}
        if kind == "new":
            shown = [name for name in values if values[name] is not None]
        elif kind == "changed":
            shown = [*update.columns]
        else:
            shown = [*match.columns] if kind == "conflict" else []
        return {
            name: (before.get(name), _value(match, name))
            for name in shown
            if name not in self._hidden
        }


def _value(match: RowMatch, column: str) -> Any:
    """The value that a column gets. One that the destination still has to assign is the source's.
    What each side measures by itself is the source's, too."""
    value = match.mapped.values.get(column, match.source.get(column))
    return match.source.get(column) if is_pending(value) else value


def _kind(match: RowMatch, update: Update) -> Kind | None:
    if match.existing is None:
        return "new" if match.state == "new" else None
    if update.is_kept:
        return "conflict"
    return "changed" if update.columns else "unchanged"
