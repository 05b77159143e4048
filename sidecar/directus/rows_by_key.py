"""Reads rows by their primary keys."""

from collections.abc import Sequence
from typing import Any

from more_itertools import chunked

from sidecar.directus.client import Directus, Row, SingletonRow
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

    def ask(some: Sequence[Any], columns: Sequence[str]) -> list[Row]:
        # Directus refuses an empty text in a list of keys.
        named = [one for one in some if one != ""]
        rows = instance.search_keys(path, named, columns) if named else []
        if isinstance(rows, SingletonRow):
            return _one_by_one(some, columns)
        return rows if len(named) == len(some) else [*rows, *_one_by_one([""], columns)]

    def _one_by_one(some: Sequence[Any], columns: Sequence[str]) -> list[Row]:
        answers = [
            instance.search(path, {"fields": list(columns), "filter": {key: _is(one)}})
            for one in some
        ]
        return [row for answer in answers for row in answer if row.get(key) is not None]

    def ask_in_halves(some: Sequence[Any]) -> list[Row]:
        try:
            return ask(some, fields)
        except AnswerTooLarge:
            if len(some) == 1:
                raise
        half = len(some) // 2
        return [*read(some[:half]), *read(some[half:])]

    def read(some: Sequence[Any]) -> list[Row]:
        try:
            return ask_in_halves(some)
        except DirectusError as error:
            if unreadable is None or not may_concern_a_row(error):
                raise
            return Narrowing(ask, key, fields, unreadable).readable(some, error)

    portions = chunked(keys, min(ROWS_PER_PAGE, limit or ROWS_PER_PAGE))
    return [row for some in portions for row in read(some)]


def _is(key: Any) -> Row:
    """The filter that only ``key`` passes; no key is null."""
    return {"_empty": True} if key == "" else {"_eq": key}
