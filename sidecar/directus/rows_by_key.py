"""Reads rows by their primary keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from more_itertools import chunked

from sidecar.directus.client import Directus, Row
from sidecar.directus.row_answers import SingletonRow
from sidecar.directus.unreadable_rows import Narrowing, Unreadable, may_concern_a_row
from sidecar.errors import AnswerTooLarge, DirectusError

ROWS_PER_PAGE = 1_000


def rows_by_key(
    instance: Directus,
    path: str,
    keys: Sequence[Any],
    fields: Sequence[str],
    *,
    key: str,
    limit: int | None,
    unreadable: Unreadable | None = None,
) -> list[Row]:
    """Return the rows that exist under ``keys``, in any order, and perhaps some without a key.

    ``key`` is the name of the primary key, and ``limit`` the server's own limit of rows per answer,
    or None. Rows that cannot be read go to ``unreadable``; without it they raise DirectusError.
    """

    reading = _Reading(instance, path, key, fields, unreadable)
    portions = chunked(keys, min(ROWS_PER_PAGE, limit or ROWS_PER_PAGE))
    return [row for some in portions for row in reading.rows(some)]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads rows of one collection, as many as fit into one answer at a time."""

    instance: Directus
    path: str
    # The name of the primary key.
    key: str
    fields: Sequence[str]
    unreadable: Unreadable | None

    def rows(self, keys: Sequence[Any]) -> list[Row]:
        try:
            return self._ask_in_halves(keys)
        except DirectusError as error:
            if self.unreadable is None or not may_concern_a_row(error):
                raise
            narrowing = Narrowing(self._ask, self.key, self.fields, self.unreadable)
            return narrowing.readable(keys, error)

    def _ask_in_halves(self, keys: Sequence[Any]) -> list[Row]:
        try:
            return self._ask(keys, self.fields)
        except AnswerTooLarge:
            if len(keys) == 1:
                raise
        half = len(keys) // 2
        return [*self.rows(keys[:half]), *self.rows(keys[half:])]

    def _ask(self, keys: Sequence[Any], columns: Sequence[str]) -> list[Row]:
        # Directus refuses an empty text in a list of keys.
        named = [one for one in keys if one != ""]
        rows = self.instance.search_keys(self.path, named, columns) if named else []
        if isinstance(rows, SingletonRow):
            return self._one_by_one(keys, columns)
        return rows if len(named) == len(keys) else [*rows, *self._one_by_one([""], columns)]

    def _one_by_one(self, keys: Sequence[Any], columns: Sequence[str]) -> list[Row]:
        answers = [
            self.instance.search(
                self.path, {"fields": list(columns), "filter": {self.key: _is(one)}}
            )
            for one in keys
        ]
        return [row for answer in answers for row in answer if row.get(self.key) is not None]


def _is(key: Any) -> Row:
    """The filter that only ``key`` passes; no key is null."""
    return {"_empty": True} if key == "" else {"_eq": key}
