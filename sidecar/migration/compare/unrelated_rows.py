"""Warns of rows that have the same number for a key on both sides and are evidently different
things: each side has counted for itself."""

from collections.abc import Sequence

from sidecar.directus.pages import NUMERIC_KEYS
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

CODE = "SAME_KEY_DIFFERENT_ROW"
WARNING = (
    "{:,} of {:,} rows of {} look unrelated: they have the same key on both sides, but they were "
    "created at another time or have nothing else in common"
)
CREATED = "date-created"
# Two rows may differ in a single column, and be the same thing.
MIN_COLUMNS = 2


class UnrelatedRows:
    """Counts such rows of ``resource``."""

    def __init__(self, run: Run, resource: Resource) -> None:
        self._run = run
        self._resource = resource
        columns = run.source.model.columns.get(resource.name, {})
        self._created = {name for name, one in columns.items() if CREATED in one.special}
        self._is_numbered = (
            resource.is_user_collection
            and resource.key_type in NUMERIC_KEYS
            and not resource.singleton
        )
        self._rows = self._unrelated = 0

    def add(self, matches: Sequence[RowMatch]) -> None:
        """Count rows that the destination has."""
        if self._is_numbered:
            existing = [match for match in matches if match.existing is not None]
            self._rows += len(existing)
            self._unrelated += sum(self._is_unrelated(match) for match in existing)

    def warn(self) -> None:
        """Warn of them, if there are any."""
        if self._unrelated:
            message = WARNING.format(self._unrelated, self._rows, self._resource.name)
            self._run.progress.note(self._resource.name, CODE, None, message, self._unrelated)
            self._run.progress.log("warning", f"{message} ({CODE})")

    def _is_unrelated(self, match: RowMatch) -> bool:
        if match.state != "different":
            return False
        if not self._created.isdisjoint(match.columns):
            return True
        expected, actual = match.expected or {}, match.actual or {}
        others = [
            name
            for name in expected
            if name != self._resource.key and None not in (expected[name], actual[name])
        ]
        return len(others) >= MIN_COLUMNS and {*others} <= {*match.columns}
