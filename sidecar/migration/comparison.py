"""Compares both sides row by row, by meaning: a source row as it has to stand at the destination, and what is there.

The dry run and the verification are this same comparison, before and after.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.items import bar_without_item
from sidecar.migration.parallel import map_ahead
from sidecar.migration.plan import Plan
from sidecar.migration.reading import pages_of, rows_at
from sidecar.migration.rows import MappedRow, without_stamps
from sidecar.resources.base import Resource
from sidecar.resources.files import MEASURED


@dataclass(slots=True)
class PageComparison:
    """One page of source ``rows``, by key: those that are ``absent``, how many are the ``same``, and the columns that
    are ``different``. ``unmapped`` ones have references without a counterpart, ``barred`` ones cannot be written, and
    of ``unclear`` ones it is not known which row there they are. ``sides`` are the rows as they should be and as they
    are, by what can be compared."""

    rows: dict[Any, Row]
    same: int = 0
    unmapped: int = 0
    unclear: int = 0
    absent: list[Any] = field(default_factory=list)
    different: dict[Any, list[str]] = field(default_factory=dict)
    barred: dict[Any, list[str]] = field(default_factory=dict)
    sides: dict[Any, tuple[Row, Row | None]] = field(default_factory=dict)


def compare(plan: Plan, resource: Resource) -> Iterator[PageComparison]:
    """Page by page through the source. Columns that the destination does not have yet count as null there."""
    measured = MEASURED.get(resource.name, ())
    there = plan.destination.model.columns.get(resource.name, {})
    fields = [*resource.columns, *measured]
    known = [column for column in fields if column in there]
    mapper = plan.mapper(resource)

    def look_up(page: list[Row]) -> PageComparison:
        mapped = bar_without_item(plan, resource, [mapper.map(row) for row in page])
        keys = [row.key for row in mapped if row.key is not None]
        found = rows_at(plan.destination, resource, keys, known) if resource.key in known else {}
        return _compare_page(resource, page, mapped, found)

    yield from map_ahead(look_up, pages_of(plan.source, resource, fields))


def _compare_page(resource: Resource, page: list[Row], mapped_page: list[MappedRow],
                  found: dict[Any, Row]) -> PageComparison:
    result = PageComparison({row[resource.key]: row for row in page})
    for row, mapped in zip(page, mapped_page, strict=True):
        key = row[resource.key]
        result.unmapped += bool(mapped.cleared or mapped.barred)
        if mapped.barred:
            result.barred[key] = list(mapped.barred)
        expected, actual = _both_sides(resource, row, mapped.values, found.get(mapped.key))
        result.sides[key] = expected, actual
        if mapped.key is None and not resource.numbered:
            result.unclear += 1
        elif actual is None:
            result.absent.append(key)
        elif columns := [column for column, value in expected.items() if actual[column] != value]:
            result.different[key] = columns
        else:
            result.same += 1
    return result


def _both_sides(resource: Resource, row: Row, mapped: Row, found: Row | None) -> tuple[Row, Row | None]:
    """A row by the columns that can be compared: as it should be, and as it is (None: it is not there)."""
    passed_over = (*resource.sealed, *resource.volatile)
    expected = {column: value for column, value in mapped.items() if column not in passed_over}
    if found is None:
        return expected, None
    actual = {column: found.get(column) for column in expected}
    for column in resource.stamped:
        actual[column] = without_stamps(actual[column])
    for column in MEASURED.get(resource.name, ()):
        if None not in (row[column], found.get(column)):
            expected[column], actual[column] = str(row[column]), str(found[column])
    return expected, actual
