"""Reads a collection page by page. Memory stays bounded, whatever its size and its kind of key.

Directus filters by ``_gt`` on numbers and dates only, not on uuid or string keys
(``validateOperator`` in ``@directus/api``). Numeric keys are therefore paged by ``_gt``. For other
keys, the keys alone are listed by offset, and then the rows are read by key. They are sent as
``keys``, because a filter would read the string keys "null" and "true" as null and true, and "$NOW"
as the time.

A singleton may have several rows, for example when it was an ordinary collection before. Directus
answers one of them at a time, and obeys ``sort`` and ``offset``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import count
from typing import Any, NamedTuple

import orjson

from sidecar.directus.client import Directus, Row
from sidecar.directus.exact_numbers import is_exact
from sidecar.directus.key_listing import KEYS_PER_LISTING, KeyListing, endless
from sidecar.directus.row_answers import SingletonRow
from sidecar.directus.rows_by_key import ROWS_PER_PAGE, rows_by_key
from sidecar.directus.unreadable_rows import Unreadable, may_concern_a_row
from sidecar.errors import AnswerTooLarge, DirectusError

NUMERIC_KEYS = frozenset({"integer", "bigInteger"})
ROWS_OF_FIRST_PAGE = 100
BYTES_PER_PAGE = 1_000_000
# The size of the next page is estimated from so many rows at the end of this one.
SAMPLE_ROWS = 50
MAX_GROWTH = 4


class PageSize:
    """The number of rows of the next page, so that pages have about BYTES_PER_PAGE."""

    def __init__(self, limit: int | None) -> None:
        self._max_rows = min(ROWS_PER_PAGE, limit or ROWS_PER_PAGE)
        self.rows = min(ROWS_OF_FIRST_PAGE, self._max_rows)

    def learn(self, rows: Sequence[Row]) -> None:
        """Adapt to the size of ``rows``, the last page."""
        if sample := rows[-SAMPLE_ROWS:]:
            bytes_per_row = len(orjson.dumps(sample)) / len(sample)
            fitting_rows = int(BYTES_PER_PAGE / bytes_per_row)
            self.rows = max(1, min(self._max_rows, self.rows * MAX_GROWTH, fitting_rows))


class _Page(NamedTuple):
    """One answer to a query."""

    # Without those that cannot be read.
    rows: list[Row]
    # Of all rows that the query covers.
    keys: list[Any]
    is_singleton: bool


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads every row under ``path`` once, in pages sorted by ``key``."""

    instance: Directus
    path: str
    # Name and Directus type of the primary key.
    key: str
    key_type: str
    fields: Sequence[str]
    # The server's own limit of rows per answer. None: it has none.
    limit: int | None
    # A filter of Directus.
    filter: Row | None = None
    # Takes the rows that cannot be read. None: they raise DirectusError.
    unreadable: Unreadable | None = None

    def pages(self, first: list[Row] | None = None) -> Iterator[list[Row]]:
        """Yield the pages. ``first`` is the first one, where it was read before; a singleton has
        none. Raises DirectusError."""
        size = PageSize(self.limit)
        if first is not None:
            page = _Page(first, [row[self.key] for row in first], is_singleton=False)
        else:
            page = self._read({"limit": size.rows, "filter": self.filter or {}})
        if not page.keys:
            return
        if page.is_singleton:
            yield from self._rows_of_singleton(page)
        elif self.key_type in NUMERIC_KEYS:
            yield from self._pages_after(page, size)
        else:
            yield from self._listed_pages(page, size)

    def _rows_of_singleton(self, page: _Page) -> Iterator[list[Row]]:
        for offset in count(1):
            if page.rows:
                yield page.rows
            before = page.keys
            page = self._read({"offset": offset, "filter": self.filter or {}})
            # A server that ignores the offset would answer the same row for ever.
            if not page.keys or page.keys == before:
                return

    def _pages_after(self, page: _Page, size: PageSize) -> Iterator[list[Row]]:
        """Yield pages of numeric keys: each one after the last key of the page before.

        Keys beyond 2^53 may be rounded. Pages that end with one are continued by offset. Raises
        NotADirectus if the server does not go on.
        """
        filter, offset = self.filter, 0
        while True:
            if page.rows:
                yield page.rows
            if len(page.keys) < size.rows:
                return
            size.learn(page.rows)
            offset += len(page.keys)
            if is_exact(page.keys[-1]):
                after = {self.key: {"_gt": page.keys[-1]}}
                filter, offset = {"_and": [self.filter, after]} if self.filter else after, 0
            query = {"limit": size.rows, "filter": filter or {}}
            last, page = page, self._read({**query, "offset": offset} if offset else query)
            if page.keys and not offset and not _follows(page.keys[-1], last.keys[-1]):
                raise endless(self.instance, self.path)

    def _listed_pages(self, page: _Page, size: PageSize) -> Iterator[list[Row]]:
        """Yield pages of other keys: the rows under keys that were listed before."""
        if page.rows:
            yield page.rows
        if len(page.keys) < size.rows:
            return
        size.learn(page.rows)
        length = min(KEYS_PER_LISTING, self.limit or KEYS_PER_LISTING)
        listing = KeyListing(self.instance, self.path, self.key, self.filter, length)
        for keys in listing.after(page.keys):
            while keys:
                page_keys, keys = keys[: size.rows], keys[size.rows :]
                rows = self._rows(page_keys)
                size.learn(rows)
                yield rows

    def _read(self, query: Row) -> _Page:
        """The page of ``query``, in parts if it is too large; around the rows that cannot be
        read."""
        try:
            return self._ask(query, self.fields)
        except DirectusError as error:
            if not (isinstance(error, AnswerTooLarge) or self._may_concern_a_row(error)):
                raise
            try:
                page = self._ask(query, [self.key])
            except DirectusError:
                raise error from None
            return page._replace(rows=self._rows(page.keys))

    def _may_concern_a_row(self, error: DirectusError) -> bool:
        return self.unreadable is not None and may_concern_a_row(error)

    def _ask(self, query: Row, fields: Sequence[str]) -> _Page:
        query = {"fields": list(fields), "sort": [self.key], **query}
        answer = self.instance.search(self.path, query)
        # Directus adds permissions that are not stored and have no key. A singleton without a row
        # answers its defaults, without a key.
        rows = [row for row in answer if row.get(self.key) is not None]
        keys = [row[self.key] for row in rows]
        return _Page(rows, keys, isinstance(answer, SingletonRow))

    def _rows(self, keys: Sequence[Any]) -> list[Row]:
        return rows_by_key(
            self.instance,
            self.path,
            keys,
            self.fields,
            key=self.key,
            limit=self.limit,
            unreadable=self.unreadable,
        )


def read_by_offset(
    instance: Directus, path: str, *, key: str, fields: Sequence[str], limit: int | None
) -> Iterator[list[Row]]:
    """Yield the comments of Directus 11.1, which rejects any filter by their key on PostgreSQL.

    It also reads its activity, where Directus 10 kept comments. Those have numeric keys and are
    left out. ``limit`` is the server's own limit of rows per answer, or None.
    """
    portion = min(ROWS_PER_PAGE, limit or ROWS_PER_PAGE)
    query = {"fields": list(fields), "sort": [key], "limit": portion}
    offset, last = 0, None
    while rows := instance.search(path, {**query, "offset": offset}):
        if rows == last:
            raise endless(instance, path)
        yield [row for row in rows if isinstance(row[key], str)]
        offset, last = offset + portion, rows


def _follows(key: Any, last: Any) -> bool:
    """Whether a numeric key is larger than another one. Directus shows large ones as texts."""
    try:
        return Decimal(str(key)) > Decimal(str(last))
    except InvalidOperation:
        return bool(key != last)
