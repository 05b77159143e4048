"""Texts that MySQL takes for the same although they differ: in case, in accents, in spaces at their
end.

Where they have to be unique, only the first of them can be there. What MySQL goes by is its own;
what is found here is near to it, and tells a dry run what a real one will be refused.
"""

import sqlite3
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.plan.plan import Plan
from sidecar.migration.values.key_collation import folded
from sidecar.resources.base import Resource
from sidecar.resources.vendors import MYSQL

ALIKE = (
    "differs from that of {} in case, accents or spaces at the end only, which MySQL takes for "
    "the same"
)
TABLE = 'CREATE TABLE texts ("column", text, key, PRIMARY KEY ("column", text)) WITHOUT ROWID'


class CollationConflicts:
    """Finds them in the unique columns of one resource, page by page; holds nothing in memory."""

    def __init__(self, plan: Plan, resource: Resource) -> None:
        self._key = resource.key
        columns = plan.source.model.columns[resource.name]
        wanted = (
            plan.destination.vendor == MYSQL != plan.source.vendor
            and not resource.rules.natural_key
        )
        self._columns = [
            name
            for name in resource.columns
            if wanted and columns[name].unique and columns[name].type in ("string", "text")
        ]
        # An empty name is SQLite's word for a temporary database on disk.
        self._texts = sqlite3.connect("", check_same_thread=False)
        self._texts.execute(TABLE)

    def __enter__(self) -> "CollationConflicts":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._texts.close()

    def find(self, rows: Mapping[Any, Row]) -> dict[Any, dict[str, str]]:
        """The columns and the reasons, by the key of each row of ``rows`` that is like an earlier
        one."""
        found: dict[Any, dict[str, str]] = {}
        for key, row in rows.items():
            for column in self._columns:
                if row[column] is not None and (first := self._first(column, row)) is not None:
                    found.setdefault(key, {})[column] = ALIKE.format(first)
        return found

    def _first(self, column: str, row: Row) -> Any:
        """The key of the row that had the text before; None when this is the first."""
        text, key = folded(str(row[column])), row[self._key]
        found = self._texts.execute(
            'SELECT key FROM texts WHERE "column" = ? AND text = ?', (column, text)
        ).fetchone()
        if found is None:
            self._texts.execute("INSERT INTO texts VALUES (?, ?, ?)", (column, text, key))
        return None if found is None else found[0]


def reject_duplicates(
    resource: Resource, rows: list[MappedRow], found: Mapping[Any, Row]
) -> list[MappedRow]:
    """``rows``, those refused whose key is not among the rows ``found`` by their keys, but one like
    it is."""
    asked = {row.key for row in rows}
    taken = {folded(key): key for key in found.keys() - asked if isinstance(key, str)}
    if not taken:
        return rows
    return [
        row._replace(
            unsupported_values={
                **row.unsupported_values,
                resource.key: ALIKE.format(taken[folded(row.key)]),
            }
        )
        if isinstance(row.key, str) and row.key not in found and folded(row.key) in taken
        else row
        for row in rows
    ]
