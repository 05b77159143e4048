"""Records in the journal which references of a resource are left empty, before its rows are
written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.apply.destination_state import DestinationState
from sidecar.migration.compare.empty_references import (
    fillable_columns,
    item_name,
    missing_targets,
)
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.instance.cleared import Columns, Keys, united
from sidecar.migration.mapping.identities import is_pending
from sidecar.resources.base import Resource


class ClearedRecorder:
    """Records the missing targets of the references of ``resource``. Threads may share it."""

    def __init__(self, state: DestinationState, resource: Resource) -> None:
        self._state = state
        self._resource = resource
        self._lock = Lock()
        # All missing targets of this run, by column.
        self.columns: dict[str, Keys] = {}

    @property
    def name(self) -> str:
        """The name of the resource."""
        return self._resource.name

    @property
    def may_record(self) -> bool:
        """Whether the resource has references that a later run would fill."""
        return bool(fillable_columns(self._resource))

    def record(self, matches: Sequence[RowMatch]) -> None:
        """Record the references of ``matches`` that are about to be left empty, and those of
        existing rows that stay empty. Raises DirectusError."""
        self.add(missing_targets(self._resource, matches))

    def record_lost(self, before: Iterable[Row], after: Iterable[Row]) -> None:
        """Record the references of a second write that have become empty, because their targets
        did not arrive. Pending ones name the source's key. Raises DirectusError."""
        items = {reference.item for reference in self._resource.item_references}
        found: dict[str, set[str]] = defaultdict(set)
        for row, written in zip(before, after, strict=True):
            for column, value in row.items():
                if value is not None and written.get(column, value) is None:
                    found[column].add(_target_name(value, is_item=column in items))
        self.add({column: frozenset(keys) for column, keys in found.items()})

    def add(self, columns: Columns) -> None:
        """Record ``columns`` with the keys of missing targets. Raises DirectusError."""
        with self._lock:
            added = {}
            for column, keys in columns.items():
                before = self.columns.get(column, frozenset())
                if (after := united(before, keys)) != before:
                    self.columns[column] = added[column] = after
        if added:
            self._state.clear(self.name, added)


def _target_name(value: Any, *, is_item: bool) -> str:
    """The target of a reference, as the journal names it."""
    if not is_pending(value):
        return str(value)
    _, collection, key = value
    return item_name(collection, key) if is_item else str(key)
