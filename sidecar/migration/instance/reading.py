"""Reading a resource at either side: by pages, by keys, its count; a singleton is a collection of
at most one row."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sidecar.directus.client import Row
from sidecar.directus.pages import (
    NUMERIC_KEYS,
    count_groups,
    count_rows,
    read_by_offset,
    read_pages,
    rows_by_key,
)
from sidecar.migration.instance import legacy
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import COMMENTS, PERMISSIONS, Resource
from sidecar.resources.vendors import MAX_EXACT_INTEGER

# Without a licence Directus 12 answers no aggregate of permissions; 11.1 counts comments that it
# has in its activity.
COUNTED_BY_READING = frozenset({COMMENTS, PERMISSIONS})
COUNTERS = 4


def pages_of(instance: Instance, resource: Resource, fields: Sequence[str]) -> Iterator[list[Row]]:
    """Every row once, in pages bounded by bytes."""
    if resource.singleton:
        yield from [rows] if (rows := _singleton(instance, resource, fields)) else []
        return
    if _mixes_with_activity(instance, resource):
        yield from read_by_offset(
            instance.client,
            resource.path,
            key=resource.key,
            fields=fields,
            limit=instance.query_limit,
        )
        if resource.legacy:
            yield from legacy.comments(instance, resource.key, fields)
        return
    pages = read_pages(
        instance.client,
        resource.path,
        key=resource.key,
        key_type=resource.key_type,
        fields=_asked(resource, fields),
        limit=instance.query_limit,
        filter=_only(resource),
    )
    yield from (
        legacy.with_deltas(instance, pages) if resource.legacy and "delta" in fields else pages
    )


def rows_at(
    instance: Instance, resource: Resource, keys: Sequence[Any], fields: Sequence[str]
) -> dict[Any, Row]:
    """Those of the rows named by ``keys`` that exist, by key. A singleton's row is the one asked
    for, whatever its own key: there is no place for another."""
    if resource.singleton:
        return {key: row for key in keys for row in _singleton(instance, resource, fields)}
    if _mixes_with_activity(instance, resource):
        wanted = set(keys)
        return {
            row[resource.key]: row
            for page in pages_of(instance, resource, fields)
            for row in page
            if row[resource.key] in wanted
        }
    rows = rows_by_key(
        instance.client, resource.path, keys, _asked(resource, fields), instance.query_limit
    )
    # Directus adds permissions of its own to any answer; they are in no table and have no key.
    return {row[resource.key]: row for row in rows if row.get(resource.key) is not None}


def keys_of(resource: Resource, texts: Iterable[str]) -> list[int | str]:
    """Keys that are at hand as text, as Directus takes them: a number that JavaScript cannot hold
    stays text."""
    is_numeric = resource.key_type in NUMERIC_KEYS
    return [
        int(text) if is_numeric and abs(int(text)) <= MAX_EXACT_INTEGER else text for text in texts
    ]


def count_of(instance: Instance, resource: Resource) -> int:
    """How many rows there are."""
    if resource.singleton:
        return len(_singleton(instance, resource, [resource.key]))
    if resource.name in COUNTED_BY_READING:
        return sum(len(page) for page in pages_of(instance, resource, [resource.key]))
    return count_rows(instance.client, resource.path, filter=_only(resource))


def count_all(instance: Instance, resources: dict[str, Resource]) -> dict[str, int]:
    """How many rows each of ``resources`` has."""
    with ThreadPoolExecutor(COUNTERS) as pool:
        counts = pool.map(lambda resource: count_of(instance, resource), resources.values())
        return dict(zip(resources, counts, strict=True))


def count_values(
    instance: Instance, resource: Resource, columns: Sequence[str]
) -> Counter[tuple[Any, ...]]:
    """How many rows have which values in ``columns``, of those that have one in the last of
    them."""
    if resource.singleton or resource.name in COUNTED_BY_READING:
        rows = (
            row for page in pages_of(instance, resource, [resource.key, *columns]) for row in page
        )
        return Counter(
            tuple(row[column] for column in columns) for row in rows if row[columns[-1]] is not None
        )
    filled: Row = {columns[-1]: {"_nnull": True}}
    only = _only(resource)
    return count_groups(
        instance.client,
        resource.path,
        columns,
        limit=instance.query_limit,
        filter={"_and": [only, filled]} if only else filled,
    )


def _mixes_with_activity(instance: Instance, resource: Resource) -> bool:
    return resource.name == COMMENTS and legacy.has_comments_in_activity(instance)


def _asked(resource: Resource, fields: Sequence[str]) -> Sequence[str]:
    """``fields``; of permissions all, as Directus 12 decides by them whether its licence covers a
    row, and drops it when it was not asked for one of them."""
    return resource.columns if resource.name == PERMISSIONS else fields


def _only(resource: Resource) -> Row | None:
    """The filter that leaves out what the resource skips; SQL's NOT IN would leave out null as
    well."""
    if resource.rules.skips is None:
        return None
    column, values = resource.rules.skips
    return {"_or": [{column: {"_null": True}}, {column: {"_nin": list(values)}}]}


def _singleton(instance: Instance, resource: Resource, fields: Sequence[str]) -> list[Row]:
    """Directus answers a singleton without a row with its default values and no key."""
    row = instance.client.search_one(resource.path, fields)
    return [row] if row.get(resource.key) is not None else []
