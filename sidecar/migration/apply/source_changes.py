"""Changes at the source during the run. They become notes, not problems."""

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

CODE = "SOURCE_CHANGED"
NEW_TARGET = (
    "points at something created at the source while the run was under way; it comes with the "
    "next run"
)


class SourceChanges:
    """Recognises a row that was refused because it refers to something newer than the run."""

    def __init__(self, run: Run, ledger: RowLedger) -> None:
        self._run = run
        self._ledger = ledger

    def explain(self, resource: Resource, row: Row, error: DirectusRejected) -> bool:
        """Whether that is why the row was refused. It is then noted, and left to the next run."""
        if error.code != "INVALID_FOREIGN_KEY" or not self._has_new_target(resource, row):
            return False
        self._ledger.forget(resource, row[resource.key])
        self._run.progress.note(resource.name, CODE, None, NEW_TARGET, 1)
        return True

    def _has_new_target(self, resource: Resource, row: Row) -> bool:
        for reference in resource.references:
            key, target = row.get(reference.column), self._run.plan.resources.get(reference.target)
            if key is None or target is None or self._ledger.knows(target.name, key):
                continue
            if key in self._run.unreadable.of_source(target.name):
                continue
            if self._run.source.rows.by_key(target, [key], [target.key]):
                return True
        return False
