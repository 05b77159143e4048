"""Records in the journal which references of a resource are left empty, before its rows are
written."""

from collections.abc import Sequence
from threading import Lock

from sidecar.migration.apply.destination_state import DestinationState
from sidecar.migration.compare.empty_references import fillable_columns, missing_targets
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.instance.cleared import Columns, Keys, united
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
