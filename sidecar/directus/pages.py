"""Reading a collection page by page, in memory bounded by bytes, whatever its size and its kind of
key.

Directus filters with ``_gt`` on numbers and dates only, not on uuid or string keys
(``validateOperator`` in ``@directus/api``). Numeric keys are therefore paged by ``_gt``; for others
the keys alone are listed by offset, and the rows are then fetched by them. They are sent as
``keys``, for a filter would take the string keys "null" and "true" for null and true, and "$NOW"
for the time.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from more_itertools import chunked

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus, Row

NUMERIC_KEYS = frozenset({"integer", "bigInteger"})
KEYS_PER_LISTING = 10_000
ROWS_PER_PAGE = 1_000
FIRST_PAGE = 100
BYTES_PER_PAGE = 1_000_000
# So many rows, the last ones of a page, tell how large the next ones are.
SAMPLE = 50


class PageSize:
    """How many rows the next page may have: grown and shrunk so that a page stays near
    BYTES_A_PAGE."""

    def __init__(self, limit: int | None) -> None:
        self._most = min(ROWS_PER_PAGE, limit or ROWS_PER_PAGE)
        self.rows = min(FIRST_PAGE, self._most)

    def learn(self, rows: Sequence[Row]) -> None:
        if sample := rows[-SAMPLE:]:
            row_bytes = len(orjson.dumps(sample)) / len(sample)
            self.rows = max(1, min(self._most, self.rows * 4, int(BYTES_PER_PAGE / row_bytes)))


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
    """Every row under ``path``, each once, in pages ordered by ``key``. ``limit`` is the server's
    own, or None; ``filter`` a filter."""
    size = PageSize(limit)
    if key_type in NUMERIC_KEYS:
        yield from _pages_after(instance, path, key, list(fields), size, filter)
        return
    first = instance.search(
        path, {"fields": list(fields), "sort": [key], "limit": size.rows, "filter": filter or {}}
    )
    if first:
        yield _stored(first, key)
    if len(first) < size.rows:
        return
    size.learn(first)
    known = [row[key] for row in first]
    for keys in _listings(
        instance, path, key, min(KEYS_PER_LISTING, limit or KEYS_PER_LISTING), filter, known
    ):
        while keys:
            wanted, keys = keys[: size.rows], keys[size.rows :]
            rows = rows_by_key(instance, path, wanted, fields, limit)
            size.learn(rows)
            yield rows


def read_by_offset(
    instance: Directus, path: str, *, key: str, fields: Sequence[str], limit: int | None
) -> Iterator[list[Row]]:
    """The same for the comments of Directus 11.1, which on PostgreSQL takes no filter by their key
    at all: it asks its activity as well, where comments of Directus 10 are. Those are left out, as
    are their keys, which are numbers."""
    portion = min(ROWS_PER_PAGE, limit or ROWS_PER_PAGE)
    offset = 0
    while rows := instance.search(
        path, {"fields": list(fields), "sort": [key], "limit": portion, "offset": offset}
    ):
        yield [row for row in rows if isinstance(row[key], str)]
        offset += portion


def rows_by_key(
    instance: Directus, path: str, keys: Sequence[Any], fields: Sequence[str], limit: int | None
) -> list[Row]:
    """Those of the rows named by ``keys`` that exist, in no promised order; ``limit`` is the
    server's own, or None."""
    rows: list[Row] = []
    portion = min(ROWS_PER_PAGE, limit or ROWS_PER_PAGE)
    for some in chunked(keys, portion):
        rows += instance.search_keys(path, some, fields)
    return rows


def count_rows(instance: Directus, path: str, filter: Row | None = None) -> int:
    """How many rows there are under ``path``; ``filter`` is a filter."""
    # By SEARCH, as Directus may answer a GET from its cache.
    answer = instance.search(path, {"aggregate": {"count": "*"}, "filter": filter or {}})
    with parse_guard(instance.url + path):
        return int(answer[0]["count"])


def count_groups(
    instance: Directus, path: str, columns: Sequence[str], *, limit: int | None, filter: Row
) -> Counter[tuple[Any, ...]]:
    """How many rows there are for each combination of values in ``columns``; ``limit`` is the
    server's own."""
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
            counts.update(
                {
                    tuple(group[column] for column in columns): int(group["count"])
                    for group in groups
                }
            )
        if len(groups) < portion:
            break
        offset += portion
    return counts


def _pages_after(
    instance: Directus, path: str, key: str, fields: list[str], size: PageSize, filter: Row | None
) -> Iterator[list[Row]]:
    query: dict[str, Any] = {
        "fields": fields,
        "sort": [key],
        "limit": size.rows,
        "filter": filter or {},
    }
    while rows := _stored(instance.search(path, query), key):
        yield rows
        if len(rows) < size.rows:
            return
        size.learn(rows)
        after = {key: {"_gt": rows[-1][key]}}
        query = {
            **query,
            "limit": size.rows,
            "filter": {"_and": [filter, after]} if filter else after,
        }


def _stored(rows: list[Row], key: str) -> list[Row]:
    """``rows`` less those that Directus adds to its permissions: they are in no table and have no
    key."""
    return [row for row in rows if row.get(key) is not None]


def _listings(
    instance: Directus, path: str, key: str, length: int, filter: Row | None, begin: Sequence[Any]
) -> Iterator[list[Any]]:
    """All keys after those of ``begin``, the first ones, in lists of at most ``length``. Each
    request begins at the last key of the one before; when that key is no longer there, rows came or
    went meanwhile, and it goes back a list for what it has not seen yet."""
    offset = len(begin) - 1
    last: Any = begin[-1]
    known: set[Any] = set(begin)
    while True:
        keys = _keys_at(instance, path, key, length, offset, filter)
        moved = bool(known) and keys[:1] != [last]
        if moved:
            offset = max(0, offset - length)
            keys = _keys_at(instance, path, key, length, offset, filter)
        if fresh := [one for one in keys if one not in known]:
            yield fresh
        if len(keys) < length:
            return
        known = known.union(keys) if moved else set(keys)
        last, offset = keys[-1], offset + len(keys) - 1


def _keys_at(
    instance: Directus, path: str, key: str, length: int, offset: int, filter: Row | None
) -> list[Any]:
    query = {
        "fields": [key],
        "sort": [key],
        "limit": length,
        "offset": offset,
        "filter": filter or {},
    }
    return [row[key] for row in instance.search(path, query)]
