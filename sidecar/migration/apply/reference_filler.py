"""Finds references of existing rows that an earlier run had to leave empty, and that can be filled
now."""

from collections.abc import Iterator, Sequence

from sidecar.directus.client import Row
from sidecar.migration.compare.empty_references import (
    columns_to_fill,
    empty_columns,
    fillable_columns,
    report_filled,
)
from sidecar.migration.compare.matcher import Matcher, RowMatch
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource


class ReferenceFiller:
    """Finds the rows of ``resource`` whose empty references can be filled."""

    def __init__(self, run: Run, resource: Resource, ledger: RowLedger) -> None:
        self._run = run
        self._resource = resource
        self._ledger = ledger
        # What earlier runs have left empty, before this one records more.
        self._journal = run.plan.journal
        self._matcher = Matcher(run, resource)
        # What has to be compared of a row to know whether it may be one of them.
        self.columns = fillable_columns(resource)

    def find(self, matches: Sequence[RowMatch]) -> Iterator[Row]:
        """What to set of the rows of ``matches``. References may be pending. Raises
        DirectusError."""
        for match in self._compared(matches):
            if columns := columns_to_fill(self._journal, self._resource, match):
                report_filled(self._resource, columns, self._run.progress)
                self._ledger.add_updated(self._resource, [match.key])
                values = {column: match.mapped.values[column] for column in columns}
                yield {self._resource.key: match.mapped.key, **values}

    def _compared(self, matches: Sequence[RowMatch]) -> Sequence[RowMatch]:
        """The rows of ``matches`` with empty references, compared as far as it is needed."""
        candidates = [match for match in matches if empty_columns(self._resource, match)]
        if not candidates or self._journal.knows_cleared(self._resource.name):
            return candidates
        keys = [match.key for match in candidates]
        rows = self._run.source.rows.by_key(self._resource, keys, self._matcher.fields)
        return self._matcher.match(list(rows.values()))
