"""Values of unique columns: which rows give them up, which ones get them, and which ones cannot,
because a row of the destination keeps them."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from sidecar.migration.spool import TableSpool

TABLES = (
    """CREATE TABLE wanted (collection, column, value, key,
    PRIMARY KEY (collection, column, value)) WITHOUT ROWID""",
    """CREATE TABLE blocked (collection, key, column, owner,
    PRIMARY KEY (collection, key, column)) WITHOUT ROWID""",
)
HELD = """CREATE TABLE held (collection, column, value, key,
    PRIMARY KEY (collection, column, value)) WITHOUT ROWID"""
HOLD = "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?)"
WANT = "INSERT OR IGNORE INTO wanted VALUES (?, ?, ?, ?)"
BLOCK = "INSERT OR IGNORE INTO blocked VALUES (?, ?, ?, ?)"
# Nobody gives these up.
UNHELD = """SELECT column, value, wanted.key FROM wanted
    LEFT JOIN held USING (collection, column, value)
    WHERE collection = ? AND held.key IS NULL AND (column, value) > (?, ?)
    ORDER BY column, value LIMIT ?"""
# What a blocked row does not give up, and who wants it.
KEPT = """SELECT held.column, wanted.key, held.key FROM blocked JOIN held
    ON (held.collection, held.key, held.column)
        = (blocked.collection, blocked.key, blocked.column)
    JOIN wanted ON (wanted.collection, wanted.column, wanted.value)
        = (held.collection, held.column, held.value)
    WHERE blocked.collection = ?"""
KEEP = """DELETE FROM held WHERE collection = ?
    AND (key, column) IN (SELECT key, column FROM blocked WHERE collection = held.collection)"""
TAKEN = """SELECT held.key, group_concat(column, char(0)) FROM held
    JOIN wanted USING (collection, column, value) WHERE collection = ? GROUP BY held.key"""
OWNERS = "SELECT column, owner FROM blocked WHERE collection = ? AND key = ?"
ALL_BLOCKED = "SELECT key, column, owner FROM blocked WHERE collection = ?"


class Wanted(NamedTuple):
    """A value that a row is to get in a unique column."""

    column: str
    value: Any
    # Of the row, at the destination.
    key: Any


class HeldValues(NamedTuple):
    """A row whose values in ``columns`` other rows are to get."""

    # At the destination.
    key: Any
    columns: tuple[str, ...]


class UniqueValues(TableSpool):
    """The unique values of rows that a run creates or updates. Threads may share it."""

    def __init__(self) -> None:
        super().__init__(HELD)
        for table in TABLES:
            self.execute(table)
        self._with_blocked: set[str] = set()

    def want(self, collection: str, wanted: Iterable[Wanted]) -> None:
        """Record the values that rows are to get."""
        self.execute_many(
            WANT, [(collection, one.column, _json(one.value), _json(one.key)) for one in wanted]
        )

    def hold(self, collection: str, held: Iterable[Wanted]) -> None:
        """Record the values that rows give up."""
        self.execute_many(
            HOLD, [(collection, one.column, _json(one.value), _json(one.key)) for one in held]
        )

    def unheld(self, collection: str, portion: int) -> Iterator[list[Wanted]]:
        """The wanted values that no row of the run gives up."""
        last = ("", "")
        while rows := self.execute(UNHELD, (collection, *last, portion)):
            yield [Wanted(column, _value(value), _value(key)) for column, value, key in rows]
            last = rows[-1][:2]

    def block(self, collection: str, rows: Iterable[tuple[Wanted, Any]]) -> None:
        """Record values that rows cannot get, each with the key of the row that keeps it. Rows that
        would get what these give up cannot get it either."""
        blocked = [(collection, _json(one.key), one.column, _json(owner)) for one, owner in rows]
        while blocked:
            self._with_blocked.add(collection)
            self.execute_many(BLOCK, blocked)
            kept = self.execute(KEPT, (collection,))
            self.execute(KEEP, (collection,))
            blocked = [(collection, key, column, owner) for column, key, owner in kept]

    def owners(self, collection: str, key: Any) -> dict[str, Any]:
        """The columns of a row that cannot get their value, and the key of the row that has it."""
        if collection not in self._with_blocked:
            return {}
        rows = self.execute(OWNERS, (collection, _json(key)))
        return {column: _value(owner) for column, owner in rows}

    def blocked(self, collection: str) -> list[tuple[Any, str, Any]]:
        """Key, column and owner of all values that rows cannot get."""
        rows = self.execute(ALL_BLOCKED, (collection,))
        return [(_value(key), column, _value(owner)) for key, column, owner in rows]

    def taken(self, collection: str) -> Iterator[HeldValues]:
        """The rows that have to give up values before others can get them."""
        for key, columns in self.execute(TAKEN, (collection,)):
            yield HeldValues(_value(key), tuple(columns.split("\0")))


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _value(text: str) -> Any:
    return orjson.loads(text)
