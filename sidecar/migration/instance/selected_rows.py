"""Reads only the rows that travel."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Row
from sidecar.directus.pages import PageSize
from sidecar.directus.unreadable_rows import Unreadable
from sidecar.migration.instance.key_filter import filter_of_keys
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.rows import CountedRows, Filter, RowReader
from sidecar.resources.base import Resource

KEYS_PER_REQUEST = 500


@dataclass(frozen=True, slots=True)
class SelectedRows:
    """A RowReader that shows, of each of the collections ``partial``, only the rows whose keys are
    in ``keys``."""

    rows: RowReader
    keys: KeySets
    partial: frozenset[str]

    def shows(self, collection: str, key: Any) -> bool:
        """Whether a row of ``collection``, perhaps with its key as text, travels."""
        return collection not in self.partial or self.keys.has(collection, key)

    def count(self, resource: Resource, filter: Filter | None = None) -> int:
        if resource.name not in self.partial:
            return self.rows.count(resource, filter)
        if filter is None:
            return self.keys.count(resource.name)[0]
        if self._has_fewer(resource, filter):
            return sum(len(page) for page in self.pages(resource, [resource.key], filter))
        return sum(self.rows.count(resource, one) for one in self._filters(resource, filter))

    def pages(
        self,
        resource: Resource,
        fields: Sequence[str],
        filter: Filter | None = None,
        unreadable: Unreadable | None = None,
        first: list[Row] | None = None,
    ) -> Iterator[list[Row]]:
        if resource.name not in self.partial:
            yield from self.rows.pages(resource, fields, filter, unreadable, first)
        elif filter is not None and self._has_fewer(resource, filter):
            for page in self.rows.pages(resource, fields, filter, unreadable):
                yield [row for row in page if self.keys.has(resource.name, row[resource.key])]
        elif filter is not None:
            for one in self._filters(resource, filter):
                yield from self.rows.pages(resource, fields, one, unreadable)
        else:
            yield from self._pages(resource, fields, unreadable)

    def first_rows(
        self, resource: Resource, fields: Sequence[str], keys: Sequence[Any] | None = None
    ) -> CountedRows:
        if resource.name not in self.partial:
            return self.rows.first_rows(resource, fields, keys)
        if keys is None:
            rows = next(self.pages(resource, fields), [])
        else:
            rows = list(self.by_key(resource, keys, fields).values())
        return CountedRows(rows, self.count(resource))

    def by_key(
        self,
        resource: Resource,
        keys: Sequence[Any],
        fields: Sequence[str],
        unreadable: Unreadable | None = None,
    ) -> dict[Any, Row]:
        if resource.name in self.partial:
            keys = [key for key in keys if self.keys.has(resource.name, key)]
        return self.rows.by_key(resource, keys, fields, unreadable) if keys else {}

    def count_values(
        self, resource: Resource, columns: Sequence[str], filter: Filter | None = None
    ) -> Counter[tuple[Any, ...]]:
        if resource.name not in self.partial:
            return self.rows.count_values(resource, columns, filter)
        counts: Counter[tuple[Any, ...]] = Counter()
        if filter is not None and self.rows.count(resource, filter) == 0:
            return counts
        for one in self._filters(resource, filter):
            counts.update(self.rows.count_values(resource, columns, one))
        return counts

    def total(self, resource: Resource, column: str) -> int:
        if resource.name not in self.partial:
            return self.rows.total(resource, column)
        pages = self.pages(resource, [resource.key, column])
        return sum(int(row[column] or 0) for page in pages for row in page)

    def extremes(self, resource: Resource, columns: Sequence[str]) -> dict[str, tuple[Any, Any]]:
        # Those of all rows are as good for what is decided by them.
        return self.rows.extremes(resource, columns)

    def _pages(
        self, resource: Resource, fields: Sequence[str], unreadable: Unreadable | None
    ) -> Iterator[list[Row]]:
        size, keys = PageSize(KEYS_PER_REQUEST), list[Any]()
        for portion in self.keys.pages(resource, KEYS_PER_REQUEST):
            keys += portion
            while len(keys) >= size.rows:
                some, keys = keys[: size.rows], keys[size.rows :]
                page = self._page(resource, some, fields, unreadable)
                size.learn(page)
                yield page
        if keys:
            yield self._page(resource, keys, fields, unreadable)

    def _page(
        self,
        resource: Resource,
        keys: Sequence[Any],
        fields: Sequence[str],
        unreadable: Unreadable | None,
    ) -> list[Row]:
        return list(self.rows.by_key(resource, keys, fields, unreadable).values())

    def _has_fewer(self, resource: Resource, filter: Filter) -> bool:
        """Whether fewer rows match ``filter`` than travel. It is quicker to look at those."""
        return self.rows.count(resource, filter) <= self.keys.count(resource.name)[0]

    def _filters(self, resource: Resource, filter: Filter | None) -> Iterator[Filter]:
        """``filter`` for the rows that travel, in portions."""
        for keys in self.keys.pages(resource, KEYS_PER_REQUEST):
            chosen = filter_of_keys(resource.key, keys)
            yield {"_and": [filter, chosen]} if filter else chosen
