"""Values of unique columns that one row has to give up before another one can get them."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.plan.run import Run
from sidecar.migration.spool import TableSpool
from sidecar.resources.base import Resource

TABLE = """CREATE TABLE held (collection, column, value, key,
    PRIMARY KEY (collection, column, value)) WITHOUT ROWID"""
WANTED = """CREATE TABLE wanted (collection, column, value,
    PRIMARY KEY (collection, column, value)) WITHOUT ROWID"""
HOLD = "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?)"
WANT = "INSERT OR IGNORE INTO wanted VALUES (?, ?, ?)"
TAKEN = """SELECT key, group_concat(column, char(0)) FROM held
    JOIN wanted USING (collection, column, value) WHERE collection = ? GROUP BY key"""


class HeldValues(NamedTuple):
    """A row whose values in ``columns`` other rows are to get."""

    # At the destination.
    key: Any
    columns: tuple[str, ...]


class UniqueValues(TableSpool):
    """Collects which values rows give up, and which ones they need. Threads may share it."""

    def __init__(self) -> None:
        super().__init__(TABLE)
        self.execute(WANTED)

    def add(self, run: Run, resource: Resource, matches: Sequence[RowMatch]) -> None:
        """Add new rows, and existing ones that get the source's values."""
        columns = unique_columns(run, resource)
        for match in matches if columns else ():
            self._add(resource, match, columns)

    def taken(self, resource: Resource) -> Iterator[HeldValues]:
        """The rows that have to give up values first."""
        for key, columns in self.execute(TAKEN, (resource.name,)):
            yield HeldValues(orjson.loads(key), tuple(columns.split("\0")))

    def _add(self, resource: Resource, match: RowMatch, columns: Sequence[str]) -> None:
        name, key = resource.name, orjson.dumps(match.target_key).decode()
        changed = columns if match.existing is None else {*columns} & {*match.columns}
        for column in changed:
            if (value := match.mapped.values[column]) is not None:
                self.execute(WANT, (name, column, _text(value)))
            if match.existing and (value := match.existing.get(column)) is not None:
                self.execute(HOLD, (name, column, _text(value), key))


def unique_columns(run: Run, resource: Resource) -> tuple[str, ...]:
    """The columns of ``resource``, besides its key, in which no value comes twice."""
    known = run.destination.model.columns.get(resource.name, {})
    return tuple(
        name
        for name in resource.columns
        if name != resource.key and name in known and known[name].unique
    )


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()
