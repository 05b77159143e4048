"""Compares both sides row by row, by meaning: a source row as it has to stand at the destination,
and what is there.

The dry run and the verification are this same comparison, before and after.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.compare.collation_conflicts import reject_duplicates
from sidecar.migration.compare.orphans import reject_orphans
from sidecar.migration.concurrency import map_ahead, read_ahead
from sidecar.migration.mapping.row_mapper import MappedRow, without, without_stamps
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.digests import digest_of
from sidecar.migration.values.conversion import Loss, ValueCodec
from sidecar.resources.base import Resource
from sidecar.resources.files import MEASURED


@dataclass(slots=True)
class PageComparison:
    """One page of source ``rows``, by key: those that are ``absent``, how many are the ``same``,
    and the columns that are ``different``. ``unmapped`` ones have references without a counterpart,
    ``barred`` ones cannot be written for that, ``unsupported_values`` ones for a value that the
    destination cannot hold, and of ``unclear`` ones it is not known which row there they are.
    ``lossy_columns`` columns arrive with less, in so many rows. ``digests`` are those of the rows
    as they should be and as they are, by what can be compared."""

    rows: dict[Any, Row]
    same: int = 0
    unmapped: int = 0
    unclear: int = 0
    absent: list[Any] = field(default_factory=list)
    different: dict[Any, list[str]] = field(default_factory=dict)
    barred: dict[Any, list[str]] = field(default_factory=dict)
    unsupported_values: dict[Any, Mapping[str, str]] = field(default_factory=dict)
    lossy_columns: Counter[tuple[str, Loss]] = field(default_factory=Counter)
    digests: dict[Any, tuple[bytes, bytes | None]] = field(default_factory=dict)


def compare(plan: Plan, resource: Resource) -> Iterator[PageComparison]:
    """Page by page through the source. Columns that the destination does not have yet count as null
    there."""
    measured = MEASURED.get(resource.name, ())
    there = plan.destination.model.columns.get(resource.name, {})
    fields = [*resource.columns, *measured]
    known = [column for column in fields if column in there]
    mapper = plan.mapper(resource)

    def look_up(page: list[Row]) -> PageComparison:
        mapped = reject_orphans(plan, resource, mapper.map_page(page))
        keys = [row.key for row in mapped if row.key is not None]
        found = plan.destination.rows.by_key(resource, keys, known) if resource.key in known else {}
        mapped = reject_duplicates(resource, mapped, found)
        return _compare_page(resource, mapper.codec, page, mapped, found)

    yield from map_ahead(look_up, read_ahead(plan.source.rows.pages(resource, fields)))


def _compare_page(
    resource: Resource,
    codec: ValueCodec,
    page: list[Row],
    mapped_page: list[MappedRow],
    found: dict[Any, Row],
) -> PageComparison:
    result = PageComparison({row[resource.key]: row for row in page})
    for row, mapped in zip(page, mapped_page, strict=True):
        key = row[resource.key]
        result.unmapped += bool(mapped.cleared or mapped.barred)
        if mapped.barred:
            result.barred[key] = list(mapped.barred)
        if mapped.unsupported_values:
            result.unsupported_values[key] = mapped.unsupported_values
        if mapped.lossy_columns and mapped.admitted:
            result.lossy_columns.update(mapped.lossy_columns.items())
        expected, actual = _both_sides(resource, codec, row, mapped.values, found.get(mapped.key))
        if mapped.key is None and not resource.rules.server_assigned_key:
            result.unclear += 1
        elif actual is None:
            result.absent.append(key)
        elif actual == expected:
            result.same += 1
            actual = expected
        else:
            result.different[key] = [
                column for column, value in expected.items() if actual[column] != value
            ]
        result.digests[key] = _digests(expected, actual)
    return result


def _digests(expected: Row, actual: Row | None) -> tuple[bytes, bytes | None]:
    should_be = digest_of(expected)
    if actual is expected:
        return should_be, should_be
    return should_be, None if actual is None else digest_of(actual)


def _both_sides(
    resource: Resource, codec: ValueCodec, row: Row, mapped: Row, found: Row | None
) -> tuple[Row, Row | None]:
    """A row by the columns that can be compared: as it should be, and as it is (None: it is not
    there)."""
    passed_over = (*resource.rules.secret, *resource.rules.volatile)
    expected = codec.normalize(without(mapped, passed_over) if passed_over else mapped)
    if found is None:
        return expected, None
    # Most rows have the same columns on both sides, and are compared as they are.
    shown = (
        found
        if found.keys() == expected.keys()
        else {column: found.get(column) for column in expected}
    )
    actual = codec.normalize(shown)
    if resource.rules.server_annotated:
        actual = {
            **actual,
            **{
                column: without_stamps(actual[column]) for column in resource.rules.server_annotated
            },
        }
    for column in MEASURED.get(resource.name, ()):
        if None not in (row[column], found.get(column)):
            expected, actual = (
                {**expected, column: str(row[column])},
                {**actual, column: str(found[column])},
            )
    return expected, actual
