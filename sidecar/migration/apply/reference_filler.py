"""Finds references of existing rows that an earlier run had to leave empty, and that can be filled
now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sidecar.directus.client import Row
from sidecar.directus.rows_by_key import ROWS_PER_PAGE
from sidecar.migration.compare.completed_columns import completed_columns, without_completed
from sidecar.migration.compare.empty_references import (
    columns_to_fill,
    empty_columns,
    fillable_columns,
    report_filled,
)
from sidecar.migration.compare.matcher import Matcher, RowMatch
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.plan.run import Run
from sidecar.migration.spool import RowSpool
from sidecar.resources.base import Resource

KEY = "key"


class ReferenceFiller(RowSpool):
    """Finds the rows of ``resource`` whose empty references can be filled. Keeps their keys."""

    def __init__(self, run: Run, resource: Resource, ledger: RowLedger) -> None:
        self._run = run
        self._resource = resource
        self._ledger = ledger
        # What earlier runs have left empty, before this one records more.
        self._journal = run.plan.journal
        # What the second write sets anyway.
        self._completed = completed_columns(run, resource)
        self._matcher = Matcher(run, resource)
        # What has to be compared of a row to know whether it may be one of them.
        self.columns = fillable_columns(resource)
        super().__init__()

    def consider(self, matches: Sequence[RowMatch]) -> int:
        """Keep the rows among ``matches`` that may be such ones; returns the number of all: they
        count as skipped."""
        for match in matches:
            if empty_columns(self._resource, self._remaining(match)):
                self.add({KEY: match.key})
        return len(matches)

    def find(self) -> Iterator[tuple[Any, Row]]:
        """The key at the source of each of the rows, and what to set of it, once it is known which
        rows arrive. References may be pending. Raises DirectusError."""
        for portion in self.take(ROWS_PER_PAGE):
            keys = [one[KEY] for one in portion]
            rows = self._run.source.rows.by_key(self._resource, keys, self._matcher.fields)
            for match in map(self._remaining, self._matcher.match(list(rows.values()))):
                if columns := columns_to_fill(self._journal, self._resource, match):
                    values = {column: match.mapped.values[column] for column in columns}
                    yield match.key, {self._resource.key: match.mapped.key, **values}

    def report(self, source_key: Any, values: Mapping[str, Any]) -> None:
        """Count a row whose ``values`` have been set. A target that did not arrive leaves its
        column empty."""
        if columns := [name for name, value in values.items() if value is not None]:
            report_filled(self._resource, columns, self._run.progress)
            self._ledger.add_updated(self._resource, [source_key])

    def _remaining(self, match: RowMatch) -> RowMatch:
        return without_completed(self._run, self._resource, match, self._completed)
