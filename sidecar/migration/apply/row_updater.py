"""Finds the existing rows that get the source's values, and what to set of each."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sidecar.directus.client import Row
from sidecar.directus.rows_by_key import ROWS_PER_PAGE
from sidecar.migration.compare.matcher import Matcher, RowMatch
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.updates import columns_to_update
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.plan.run import Run
from sidecar.migration.spool import RowSpool
from sidecar.resources.base import Resource
from sidecar.resources.files import MEASURED

KEY = "key"


class RowUpdater(RowSpool):
    """Finds the rows of ``resource`` to update. Keeps their keys.

    Both sides are read again once all new rows have arrived. So references can be set to them, and
    what somebody has changed at the destination meanwhile is compared once more.
    """

    # All columns have to be compared.
    columns = None

    def __init__(self, run: Run, resource: Resource, ledger: RowLedger) -> None:
        self._run = run
        self._resource = resource
        self._ledger = ledger
        self._matcher = Matcher(run, resource)
        self._measured = frozenset(MEASURED.get(resource.name, ()))
        # Rows that count as updated already, although more of them may be set.
        self._counted: set[Any] = set()
        super().__init__()

    def take_keys(self, keys: KeySets) -> None:
        """Keep the rows with these keys. All of them were found to differ."""
        for portion in keys.pages(self._resource, ROWS_PER_PAGE):
            for key in portion:
                self.add({KEY: key})

    def consider(self, matches: Iterable[RowMatch]) -> int:
        """Keep the rows among ``matches`` that are to be updated; returns how many others there
        are."""
        others = 0
        for match in matches:
            if columns_to_update(self._run, self._resource, match):
                self.add({KEY: match.key})
            else:
                others += 1
        return others

    def find(self) -> Iterator[tuple[Any, Row]]:
        """The key at the source of each of the rows, and what to set of it. References may be
        pending. Raises DirectusError."""
        for portion in self.take(ROWS_PER_PAGE):
            keys = [one[KEY] for one in portion]
            rows = self._run.source.rows.by_key(self._resource, keys, self._matcher.fields)
            page = list(rows.values())
            self._ledger.add(self._resource, page)
            self._ledger.add_existing(self._resource, rows)
            self._ledger.add_updated(self._resource, self._counted & rows.keys())
            named = self._run.progress.keys_with_problems(self._resource.name, rows)
            for match in self._matcher.match(page):
                if str(match.key) in named:
                    continue
                if columns := self._columns(match):
                    values = {column: match.mapped.values[column] for column in columns}
                    yield match.key, {self._resource.key: self._key(match), **values}
                elif match.existing is not None and match.key not in self._counted:
                    self._run.progress.count(self._resource, skipped=1)

    def _columns(self, match: RowMatch) -> list[str]:
        columns = columns_to_update(self._run, self._resource, match)
        return [one for one in columns if one not in self._measured]

    def _key(self, match: RowMatch) -> Any:
        """The key at the destination. A singleton has its own."""
        return (match.existing or {}).get(self._resource.key, match.mapped.key)

    def report(self, source_key: Any, values: Mapping[str, Any]) -> None:
        """Count a row whose ``values`` have been set, once."""
        if values and source_key not in self._counted:
            self._counted.add(source_key)
            self._run.progress.count(self._resource, updated=1)
            self._ledger.add_updated(self._resource, [source_key])
