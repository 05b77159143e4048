"""Finds the rows for which Directus fails, so that the others can be read.

Directus answers a page with an error when it cannot show one of its rows, for example a date that
JavaScript cannot hold. It names neither the row nor the column. The keys are halved until the row
is alone, and then its columns.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sidecar.directus.answers import HALF_CHARACTER_CODE
from sidecar.directus.client import Row
from sidecar.errors import AnswerTooLarge, DirectusError, DirectusRejected, NotADirectus

# Returns the rows under these keys, with these columns.
Ask = Callable[[Sequence[Any], Sequence[str]], list[Row]]


class Unreadable(Protocol):
    """Takes the rows of one collection that cannot be read."""

    @property
    def exhausted(self) -> bool:
        """Whether they are so many that no further one is looked for."""

    def add(self, keys: Sequence[Any], columns: Sequence[str], error: DirectusError) -> None:
        """The rows under ``keys`` cannot be read because of ``columns``, if these are known."""


def may_concern_a_row(error: DirectusError) -> bool:
    """Whether one row may be the reason of ``error``, and the others can be read."""
    if isinstance(error, DirectusRejected):
        return error.status >= 500
    return isinstance(error, NotADirectus | AnswerTooLarge) or error.code == HALF_CHARACTER_CODE


@dataclass
class Narrowing:
    """Reads the rows of one collection around those that cannot be read."""

    ask: Ask
    # The name of the primary key.
    key: str
    fields: Sequence[str]
    unreadable: Unreadable
    # The columns that were the reason the last time.
    _columns: list[str] = field(default_factory=list)

    def readable(self, keys: Sequence[Any], error: DirectusError) -> list[Row]:
        """The rows under ``keys`` that can be read. ``error`` is the answer for all of them.

        Raises DirectusError when the reason is no row.
        """
        if not keys:
            return []
        if self.unreadable.exhausted:
            self.unreadable.add(keys, (), error)
            return []
        if len(keys) == 1:
            return self._settle(keys, error)
        half = len(keys) // 2
        return [*self._read(keys[:half]), *self._read(keys[half:])]

    def _read(self, keys: Sequence[Any]) -> list[Row]:
        try:
            return self.ask(keys, self.fields)
        except DirectusError as error:
            if not may_concern_a_row(error):
                raise
            return self.readable(keys, error)

    def _settle(self, keys: Sequence[Any], error: DirectusError) -> list[Row]:
        """Find the columns that make one row unreadable."""
        # An instance that cannot show the key alone has another problem than this row.
        self.ask(keys, [self.key])
        if not (self._columns and self._fails(keys, self._columns)):
            others = [name for name in self.fields if name != self.key]
            self._columns = self._failing(keys, others)
        if not self._columns:
            # It was a passing failure, unless it happens once more.
            try:
                return self.ask(keys, self.fields)
            except DirectusError as again:
                if not may_concern_a_row(again):
                    raise
                error = again
        self.unreadable.add(keys, self._columns, error)
        return []

    def _failing(self, keys: Sequence[Any], columns: list[str]) -> list[str]:
        """Those of ``columns`` that Directus cannot show of the row."""
        if not columns or not self._fails(keys, columns):
            return []
        if len(columns) == 1:
            return columns
        half = len(columns) // 2
        return self._failing(keys, columns[:half]) + self._failing(keys, columns[half:])

    def _fails(self, keys: Sequence[Any], columns: Sequence[str]) -> bool:
        try:
            self.ask(keys, [self.key, *columns])
        except DirectusError as error:
            if not may_concern_a_row(error):
                raise
            return True
        return False
