"""Texts that MySQL considers equal although they differ: in case, accents or trailing spaces.

In a unique column only the first of them can exist. MySQL has rules of its own. The ones here come
close, so that a dry run tells what a real run will be refused.
"""

from collections.abc import Sequence
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.compare.duplicates import ALIKE
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.plan.run import Run
from sidecar.migration.spool import TableSpool
from sidecar.migration.values.key_collation import fold
from sidecar.resources.base import Resource
from sidecar.resources.vendors import MYSQL

TABLE = 'CREATE TABLE texts ("column", text, key, PRIMARY KEY ("column", text)) WITHOUT ROWID'
FIND = 'SELECT key FROM texts WHERE "column" = ? AND text = ?'
ADD = "INSERT INTO texts VALUES (?, ?, ?)"


class CollationConflicts(TableSpool):
    """Finds such texts in the unique columns of one resource, page by page, in bounded memory."""

    def __init__(self, run: Run, resource: Resource) -> None:
        super().__init__(TABLE)
        self._key = resource.key
        columns = run.source.model.columns[resource.name]
        applies = (
            run.destination.vendor == MYSQL != run.source.vendor and not resource.rules.natural_key
        )
        self._columns = [
            name
            for name in resource.columns
            if applies and columns[name].unique and columns[name].type in ("string", "text")
        ]

    def reject(self, matches: Sequence[RowMatch]) -> list[RowMatch]:
        """``matches``. A new row becomes unsupported when an earlier row has the same text."""
        return [self._reject(match) for match in matches] if self._columns else list(matches)

    def _reject(self, match: RowMatch) -> RowMatch:
        if match.state in ("barred", "unsupported"):
            return match
        reasons = {}
        for column in self._columns:
            if match.source[column] is not None:
                first = self._first(column, match.source)
                if first is not None:
                    reasons[column] = ALIKE.format(first)
        if match.state != "new" or not reasons:
            return match
        mapped = match.mapped._replace(unsupported_values=reasons)
        return match._replace(state="unsupported", mapped=mapped)

    def _first(self, column: str, row: Row) -> Any:
        """The key of the row that had the text before; None when this is the first."""
        text, key = fold(str(row[column])), row[self._key]
        rows = self.execute(FIND, (column, text))
        if not rows:
            self.execute(ADD, (column, text, key))
        return rows[0][0] if rows else None
