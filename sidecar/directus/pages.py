"""Reads a collection page by page. Memory stays bounded, whatever its size and its kind of key.

Directus filters by ``_gt`` on numbers and dates only, not on uuid or string keys
(``validateOperator`` in ``@directus/api``). Numeric keys are therefore paged by ``_gt``. For other
keys, the keys alone are listed by offset, and then the rows are read by key. They are sent as
``keys``, because a filter would read the string keys "null" and "true" as null and true, and "$NOW"
as the time.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from more_itertools import chunked

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus, Row
from sidecar.directus.key_listing import KeyListing

NUMERIC_KEYS = frozenset({"integer", "bigInteger"})
KEYS_PER_LISTING = 10_000
ROWS_PER_PAGE = 1_000
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


def read_pages(
    instance: Directus,
    path: str,
    *,
    key: str,
    key_type: str,
    fields: Sequence[str],
    limit: int | None,
    filter: Row | None = None,
) -> Iterator[list[Row]]:
    """Yield every row under ``path`` once, in pages sorted by ``key``.

    ``limit`` is the server's own limit of rows per answer, or None. ``filter`` is a filter of
    Directus. Raises DirectusError.
    """
    size = PageSize(limit)
    if key_type in NUMERIC_KEYS:
        yield from _read_after(instance, path, key, list(fields), size, filter)
        return
    query = {"fields": list(fields), "sort": [key], "limit": size.rows, "filter": filter or {}}
    first_page = instance.search(path, query)
    if first_page:
        yield _with_key(first_page, key)
    if len(first_page) < size.rows:
        return
    size.learn(first_page)
    length = min(KEYS_PER_LISTING, limit or KEYS_PER_LISTING)
    listing = KeyListing(instance, path, key, filter, length)
    for keys in listing.after([row[key] for row in first_page]):
        while keys:
            page_keys, keys = keys[: size.rows], keys[size.rows :]
            rows = rows_by_key(instance, path, page_keys, fields, limit)
            size.learn(rows)
            yield rows


def read_by_offset(
    instance: Directus, path: str, *, key: str, fields: Sequence[str], limit: int | None
) -> Iterator[list[Row]]:
    """Yield the comments of Directus 11.1, which rejects any filter by their key on PostgreSQL.

    It also reads its activity, where Directus 10 kept comments. Those have numeric keys and are
    left out. ``limit`` is the server's own limit of rows per answer, or None.
    """
    portion = min(ROWS_PER_PAGE, limit or ROWS_PER_PAGE)
    query = {"fields": list(fields), "sort": [key], "limit": portion}
    offset = 0
    while rows := instance.search(path, {**query, "offset": offset}):
        yield [row for row in rows if isinstance(row[key], str)]
        offset += portion


def rows_by_key(
    instance: Directus, path: str, keys: Sequence[Any], fields: Sequence[str], limit: int | None
) -> list[Row]:
    """Return the rows that exist under ``keys``, in any order.

    ``limit`` is the server's own limit of rows per answer, or None.
    """
    rows: list[Row] = []
    portion = min(ROWS_PER_PAGE, limit or ROWS_PER_PAGE)
    for some in chunked(keys, portion):
        rows += instance.search_keys(path, some, fields)
    return rows


def count_rows(instance: Directus, path: str, filter: Row | None = None) -> int:
    """Return the number of rows under ``path`` that match ``filter``, a filter of Directus."""
    # By SEARCH, because Directus may answer a GET from its cache.
    answer = instance.search(path, {"aggregate": {"count": "*"}, "filter": filter or {}})
    with parse_guard(instance.url + path):
        return int(answer[0]["count"])


def count_groups(
    instance: Directus, path: str, columns: Sequence[str], *, limit: int | None, filter: Row
) -> Counter[tuple[Any, ...]]:
    """Return the number of rows for each combination of values in ``columns``.

    ``limit`` is the server's own limit of rows per answer, or None.
    """
    portion = min(KEYS_PER_LISTING, limit or KEYS_PER_LISTING)
    query = {
        "aggregate": {"count": "*"},
        "groupBy": list(columns),
        "sort": list(columns),
        "limit": portion,
        "filter": filter,
    }
    counts: Counter[tuple[Any, ...]] = Counter()
    offset = 0
    while groups := instance.search(path, {**query, "offset": offset}):
        with parse_guard(instance.url + path):
            for group in groups:
                counts[tuple(group[column] for column in columns)] += int(group["count"])
        if len(groups) < portion:
            break
        offset += portion
    return counts


def _read_after(
    instance: Directus, path: str, key: str, fields: list[str], size: PageSize, filter: Row | None
) -> Iterator[list[Row]]:
    """Yield pages of numeric keys: each one after the last key of the page before."""
    query: dict[str, Any] = {"fields": fields, "sort": [key], "filter": filter or {}}
    while rows := _with_key(instance.search(path, {**query, "limit": size.rows}), key):
        yield rows
        if len(rows) < size.rows:
            return
        size.learn(rows)
        after = {key: {"_gt": rows[-1][key]}}
        query["filter"] = {"_and": [filter, after]} if filter else after


def _with_key(rows: list[Row], key: str) -> list[Row]:
    """Leave out the permissions that Directus adds itself: they have no key and are not stored."""
    return [row for row in rows if row.get(key) is not None]
