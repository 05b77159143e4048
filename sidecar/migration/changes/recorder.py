"""Where a run tells what it changes, whether anybody wants to know or not."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sidecar.errors import MigrationError
from sidecar.migration.changes.change import Change
from sidecar.migration.changes.change_list import ChangeList

NOT_RECORDED = "The changes of this run are not listed: {}"


class ChangeRecorder:
    """Passes changes on to a list. Without one, it does nothing. Threads may share it.

    A run does not fail because its changes cannot be listed: it says so and goes on. Who needs all
    of them looks at ``failure`` of the list.
    """

    def __init__(self, changes: ChangeList | None, warn: Callable[[str], None]) -> None:
        self._changes = changes
        self._warn = warn

    @property
    def wanted(self) -> bool:
        """Whether it is worth while to make changes: somebody lists them."""
        return self._changes is not None

    def add(self, changes: Iterable[Change]) -> None:
        """Record changes. A row that was recorded before is replaced."""
        if self._changes:
            self._try(lambda to: to.add(changes))

    def describe(self, collection: str, types: Mapping[str, str]) -> None:
        """Record Directus' types of the fields, "file" for a reference to one."""
        if self._changes:
            self._try(lambda to: to.describe(collection, types))

    def set_plan(self, document: Mapping[str, Any]) -> None:
        """Record what a plan file says besides its rows."""
        if self._changes:
            self._try(lambda to: to.set_plan(document))

    def set_baseline(self, known: bool) -> None:
        """Record whether it is known what both sides had after the last run."""
        if self._changes:
            self._try(lambda to: to.set_baseline(known))

    def _try(self, record: Callable[[ChangeList], None]) -> None:
        changes = self._changes
        if changes is None:
            return
        try:
            record(changes)
        except MigrationError as error:
            self._changes = None
            self._warn(NOT_RECORDED.format(error.message))
