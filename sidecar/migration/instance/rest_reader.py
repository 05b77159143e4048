"""Reads rows over Directus' REST interface."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus, Row
from sidecar.directus.counts import count_groups, count_rows
from sidecar.directus.pages import PageReader, PageSize, read_by_offset
from sidecar.directus.rows_by_key import rows_by_key
from sidecar.directus.unreadable_rows import Unreadable
from sidecar.migration.instance.legacy import LegacyRows
from sidecar.migration.instance.rows import OPERATOR, CountedRows, Filter
from sidecar.resources.base import COMMENTS, PERMISSIONS, Resource

# Without a licence Directus 12 aggregates no permissions. Directus 11.1 counts the comments in its
# activity, too.
ALL_FIELDS = "*"
COUNTED_BY_READING = frozenset({COMMENTS, PERMISSIONS})


@dataclass(frozen=True, slots=True)
class RestRowReader:
    """A RowReader of the instance behind ``client``.

    A filter does not apply to the comments of a version that keeps some in its activity: REST
    cannot filter these. Whether a collection is a singleton shows in each answer, because the two
    sides may differ, and the destination changes with the schema.
    """

    client: Directus
    # The server's maximum of rows per answer. None: it has none.
    query_limit: int | None
    # Where this version keeps rows that newer versions moved. None: nowhere.
    legacy: LegacyRows | None

    def count(self, resource: Resource, filter: Filter | None = None) -> int:
        if resource.name in COUNTED_BY_READING:
            return sum(len(page) for page in self.pages(resource, [resource.key], filter))
        return count_rows(self.client, resource.path, filter=_without_skipped(resource, filter))

    def pages(
        self,
        resource: Resource,
        fields: Sequence[str],
        filter: Filter | None = None,
        unreadable: Unreadable | None = None,
        first: list[Row] | None = None,
    ) -> Iterator[list[Row]]:
        if self.legacy and resource.name == COMMENTS:
            yield from self._comments(self.legacy, resource, fields)
        else:
            pages = PageReader(
                self.client,
                resource.path,
                key=resource.key,
                key_type=resource.key_type,
                fields=_fields(resource, fields),
                limit=self.query_limit,
                filter=_without_skipped(resource, filter),
                unreadable=unreadable,
            ).pages(first)
            if self.legacy and resource.legacy and "delta" in fields:
                pages = self.legacy.with_deltas(pages)
            yield from (_only(resource, page, fields) for page in pages)

    def first_rows(
        self, resource: Resource, fields: Sequence[str], keys: Sequence[Any] | None = None
    ) -> CountedRows:
        query: Row = {"fields": list(fields)}
        if keys is None:
            query |= {"sort": [resource.key], "limit": PageSize(self.query_limit).rows}
        else:
            query |= {"limit": len(keys)}
        rows, count = self.client.search_and_count(resource.path, query, keys)
        # A singleton without a row answers its defaults, without a key.
        return CountedRows([row for row in rows if row.get(resource.key) is not None], count)

    def by_key(
        self,
        resource: Resource,
        keys: Sequence[Any],
        fields: Sequence[str],
        unreadable: Unreadable | None = None,
    ) -> dict[Any, Row]:
        if self.legacy and resource.name == COMMENTS:
            asked = set(keys)
            comments = (row for page in self.pages(resource, fields) for row in page)
            return {row[resource.key]: row for row in comments if row[resource.key] in asked}
        rows = rows_by_key(
            self.client,
            resource.path,
            keys,
            _fields(resource, fields),
            key=resource.key,
            limit=self.query_limit,
            unreadable=unreadable,
        )
        # Directus adds permissions to any answer that no table holds and that have no key.
        known = [row for row in rows if row.get(resource.key) is not None]
        if self.legacy and resource.legacy and "delta" in fields:
            (known,) = self.legacy.with_deltas([known])
        return {row[resource.key]: row for row in _only(resource, known, fields)}

    def count_values(
        self, resource: Resource, columns: Sequence[str], filter: Filter | None = None
    ) -> Counter[tuple[Any, ...]]:
        is_askable = not (columns[-1].startswith(OPERATOR) or _reads_all(resource, columns))
        if resource.singleton or resource.name in COUNTED_BY_READING or not is_askable:
            pages = self.pages(resource, [resource.key, *columns], filter)
            rows = [tuple(row[column] for column in columns) for page in pages for row in page]
            return Counter(values for values in rows if values[-1] is not None)
        has_value: Filter = {columns[-1]: {"_nnull": True}}
        asked: Filter = {"_and": [has_value, filter]} if filter else has_value
        return count_groups(
            self.client,
            resource.path,
            columns,
            limit=self.query_limit,
            filter=_without_skipped(resource, asked) or {},
        )

    def total(self, resource: Resource, column: str) -> int:
        answer = self.client.search(resource.path, {"aggregate": {"sum": [column]}})
        with parse_guard(self.client.url + resource.path):
            return int(Decimal(str(answer[0]["sum"][column] or 0)))

    def extremes(self, resource: Resource, columns: Sequence[str]) -> dict[str, tuple[Any, Any]]:
        names = list(columns)
        answer = self.client.search(resource.path, {"aggregate": {"min": names, "max": names}})
        with parse_guard(self.client.url + resource.path):
            return {name: (answer[0]["min"][name], answer[0]["max"][name]) for name in names}

    def _comments(
        self, legacy: LegacyRows, resource: Resource, fields: Sequence[str]
    ) -> Iterator[list[Row]]:
        yield from read_by_offset(
            self.client, resource.path, key=resource.key, fields=fields, limit=self.query_limit
        )
        if resource.legacy:
            yield from legacy.comments(resource.key, fields)


def _fields(resource: Resource, fields: Sequence[str]) -> Sequence[str]:
    """Of permissions all columns: Directus 12 decides by them whether its licence covers a row, and
    drops the row when one is missing from the query."""
    if _reads_all(resource, fields):
        return [ALL_FIELDS]
    return resource.columns if resource.name == PERMISSIONS else fields


def _reads_all(resource: Resource, fields: Sequence[str]) -> bool:
    return not resource.read_with_all.isdisjoint(fields)


def _only(resource: Resource, rows: list[Row], fields: Sequence[str]) -> list[Row]:
    """``rows`` with no more than ``fields``, where all fields were asked for."""
    if not _reads_all(resource, fields):
        return rows
    return [{name: row[name] for name in fields} for row in rows]


def _without_skipped(resource: Resource, filter: Filter | None) -> Filter | None:
    """Leave out the rows that the resource skips. SQL's NOT IN would leave out null as well."""
    if resource.rules.skips is None:
        return filter
    column, values = resource.rules.skips
    kept: Filter = {"_or": [{column: {"_null": True}}, {column: {"_nin": list(values)}}]}
    return {"_and": [kept, filter]} if filter else kept
