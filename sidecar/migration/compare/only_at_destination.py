"""Lists the rows of the destination that the source does not have."""

from collections.abc import Iterable

from sidecar.directus.client import Row
from sidecar.migration.changes.change import Change
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.row_labels import RowLabels
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource


class OnlyAtDestination(KeySets):
    """Such rows of ``resource``. It keeps the keys of the others, on disk."""

    def __init__(self, run: Run, resource: Resource) -> None:
        super().__init__()
        self._run = run
        self._resource = resource

    def see(self, matches: Iterable[RowMatch]) -> None:
        """Keep the keys of those of ``matches`` that the destination has."""
        if self._run.changes.wanted:
            key = self._resource.key
            keys = [(match.existing or {}).get(key) for match in matches if match.existing]
            self.choose(self._resource.name, [one for one in keys if one is not None])

    def record(self) -> None:
        """Record them as changes, if somebody wants to know and there are any. Reads only. Raises
        DirectusError or Cancelled."""
        run, name = self._run, self._resource.name
        if not run.changes.wanted or not run.progress.report.resources[name].only_at_destination:
            return
        known = run.destination.model.resources[name]
        labels = RowLabels(run.destination, known)
        unreadable = run.unreadable.at_destination(known)
        fields = [*dict.fromkeys((known.key, *labels.columns))]
        for page in run.destination.rows.pages(known, fields, unreadable=unreadable):
            run.cancel.check()
            others = [row for row in page if not self.has(name, row[known.key])]
            run.changes.add([self._change(row, labels) for row in others])

    def _change(self, row: Row, labels: RowLabels) -> Change:
        key = str(row[self._resource.key])
        return Change(self._resource.name, "only_at_destination", key, labels.of(row))
