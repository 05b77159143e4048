"""Rows in memory that obey the few filters which a closure uses."""

from collections.abc import Iterator, Sequence
from typing import Any

from sidecar.directus.unreadable_rows import Unreadable
from sidecar.migration.instance.rows import Filter
from sidecar.resources.base import Resource
from tests.unit.memory import MemoryRows

Row = dict[str, Any]


class FilteredRows(MemoryRows):
    """MemoryRows whose ``pages`` and ``count`` obey ``_and``, ``_in``, ``_eq`` and ``_nnull``."""

    def count(self, resource: Resource, filter: Filter | None = None) -> int:
        return sum(len(page) for page in self.pages(resource, [resource.key], filter))

    def pages(
        self,
        resource: Resource,
        fields: Sequence[str],
        filter: Filter | None = None,
        unreadable: Unreadable | None = None,
        first: list[Row] | None = None,
    ) -> Iterator[list[Row]]:
        table = self.tables[resource.name]
        chosen = {key for key, row in table.items() if _matches(row, filter or {})}
        for page in super().pages(resource, [resource.key], unreadable=unreadable, first=first):
            keys = [row[resource.key] for row in page if row[resource.key] in chosen]
            if keys:
                yield list(self.by_key(resource, keys, fields).values())


def _matches(row: Row, filter: Filter) -> bool:
    for name, rule in filter.items():
        if name == "_and":
            if not all(_matches(row, one) for one in rule):
                return False
        elif not _holds(row[name], rule):
            return False
    return True


def _holds(value: Any, rule: Filter) -> bool:
    ((operator, operand),) = rule.items()
    if operator == "_in":
        return value in operand
    return value == operand if operator == "_eq" else value is not None
