"""Finds numeric columns whose values need a larger type than Directus creates for them.

SQLite has integers of one size and does not tell decimals from floating-point numbers. MySQL has
unsigned integers. PostgreSQL and MySQL have floating-point numbers of double precision and decimals
without a size, and Directus creates neither. So the values themselves decide.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.concurrency import map_ahead
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.precision import extremes_of, whole_number
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.migration.values.parsers import parse_decimal
from sidecar.migration.values.rounding import ALL_DIGITS, is_exact_in_single
from sidecar.resources.base import Resource
from sidecar.resources.vendors import MYSQL, POSTGRES, SQLITE

MIN_INTEGER, MAX_INTEGER = -(2**31), 2**31 - 1
MAX_CONCURRENT_READS = 4
# By vendor: the data types of integer columns that can hold more than 32 bits.
WIDE_DATA_TYPES: Mapping[str, Sequence[str]] = {
    SQLITE: ("integer", "int"),
    MYSQL: ("int unsigned",),
}
# Digits before and after the decimal point: what a decimal gets at least, and the most that
# MySQL stores.
MIN_FLOAT = (10, 5)
# The same for a decimal that has no size at the source.
MIN_UNSIZED = (28, 10)
MAX_DIGITS, MAX_SCALE = 35, 30
# PostgreSQL stores so many digits in all, enough for every number of double precision.
POSTGRES_DIGITS = 1_000
DOUBLE_DATA_TYPES = frozenset({"double", "double precision"})
UNSIZED = "numeric"
# Two numbers of digits.
Digits = tuple[int, int]


def with_wide_numbers(source: Instance) -> Instance:
    """Add the columns that need a larger type to the source: ``wide`` and ``decimals``.

    ``wide`` are integers with values beyond 32 bits. ``decimals`` are floating-point numbers with
    values that single precision, Directus's type in the other databases, does not keep.

    Sends one request for each collection that can have wide integers. On SQLite, it reads the
    floating-point numbers of all rows. Raises DirectusError.
    """
    integers = map_ahead(
        lambda task: _wide_columns(source, *task),
        _columns_of_type(source, "integer"),
        MAX_CONCURRENT_READS,
    )
    floats = _columns_of_type(source, "float") if source.vendor == SQLITE else []
    decimals = map_ahead(lambda task: _decimal_columns(source, *task), floats, MAX_CONCURRENT_READS)
    return replace(
        source,
        wide=frozenset(name for names in integers for name in names),
        decimals={name: digits for columns in decimals for name, digits in columns.items()},
    )


def with_exact_numbers(source: Instance) -> Instance:
    """Add ``decimals`` to a source whose destination has the same database.

    Reads the numbers of all rows in columns of double precision, and in decimals without a size,
    where the database has them. Raises DirectusError.
    """
    if source.vendor == SQLITE:
        return source
    names = {field_name(field) for field in source.fields if _is_exact_number(field)}
    columns = [
        (resource, own)
        for resource in source.model.resources.values()
        if (own := [name for name in resource.columns if (resource.name, name) in names])
    ]
    decimals = map_ahead(
        lambda task: _decimal_columns(source, *task), columns, MAX_CONCURRENT_READS
    )
    return replace(
        source, decimals={name: size for found in decimals for name, size in found.items()}
    )


def required_digits(numbers: Iterable[Decimal], digits: int, scale: int) -> Digits:
    """The digits before and after the decimal point that all numbers need.

    Returns ``digits`` and ``scale`` at least.
    """
    for number in numbers:
        digits = max(digits, number.adjusted() + 1)
        scale = max(scale, -int(number.normalize(ALL_DIGITS).as_tuple().exponent))
    return digits, scale


def _columns_of_type(source: Instance, field_type: str) -> list[tuple[Resource, list[str]]]:
    """The columns of a type whose values have to be read, by resource."""
    candidates: dict[str, list[str]] = defaultdict(list)
    for field in source.fields:
        if field["type"] == field_type and _can_be_wide(field, source.vendor):
            candidates[field["collection"]].append(field["field"])
    columns = (
        (resource, _own_columns(source, resource, candidates[name]))
        for name, resource in source.model.resources.items()
    )
    return [(resource, names) for resource, names in columns if names]


def _can_be_wide(field: Row, vendor: str) -> bool:
    schema = field.get("schema")
    if not schema:
        return False
    return field["type"] != "integer" or schema["data_type"] in WIDE_DATA_TYPES.get(vendor, ())


def _own_columns(source: Instance, resource: Resource, names: Iterable[str]) -> list[str]:
    """Those columns that the project defines; Directus's own are the same on every database."""
    if resource.is_user_collection:
        return [name for name in names if name in resource.columns]
    added = source.added_columns(resource.name)
    return [name for name in names if name in resource.columns and name in added]


def _wide_columns(source: Instance, resource: Resource, columns: Sequence[str]) -> list[FieldName]:
    return [
        (resource.name, column)
        for column, numbers in _integers(source, resource, columns).items()
        if not all(MIN_INTEGER <= number <= MAX_INTEGER for number in numbers)
    ]


def _integers(
    source: Instance, resource: Resource, columns: Sequence[str]
) -> Mapping[str, Sequence[int]]:
    """By column: its least and largest integer; all integers of a singleton or a system table."""
    if resource.is_user_collection and not resource.singleton:
        return extremes_of(source, resource, list(columns))
    rows = list(_rows(source, resource, columns))
    return {column: [whole_number(row[column]) for row in rows] for column in columns}


def _decimal_columns(
    source: Instance, resource: Resource, columns: Sequence[str]
) -> dict[FieldName, Digits]:
    """By column that needs a decimal: its digits in all, and those after the decimal point."""
    unsized = {
        column
        for column in columns
        if source.model.columns[resource.name][column].data_type == UNSIZED
    }
    sizes = {column: MIN_UNSIZED if column in unsized else MIN_FLOAT for column in columns}
    inexact = set(unsized)
    for row in _rows(source, resource, columns):
        for column in columns:
            if (number := _number(row[column], is_text=column in unsized)) is not None:
                sizes[column] = required_digits([number], *sizes[column])
                if column not in inexact and not is_exact_in_single(number):
                    inexact.add(column)
    return {
        (resource.name, column): (digits + scale, scale)
        for column, (digits, scale) in sizes.items()
        if column in inexact and _fits_decimal(digits, scale, source.vendor)
    }


def _number(value: Any, *, is_text: bool) -> Decimal | None:
    """The number that Directus shows as ``value``; a decimal is a text. None: it is none."""
    if not isinstance(value, str if is_text else int | float):
        return None
    try:
        return parse_decimal(value)
    except ValueError:
        return None


def _fits_decimal(digits: int, scale: int, vendor: str) -> bool:
    if vendor == POSTGRES:
        return digits + scale <= POSTGRES_DIGITS
    return digits <= MAX_DIGITS and scale <= MAX_SCALE


def _is_exact_number(field: Row) -> bool:
    """Whether the values of a field decide about its digits, on the database that it has."""
    schema = field.get("schema") or {}
    if schema.get("data_type") == UNSIZED:
        return schema.get("numeric_precision") is None
    # The special of a field may make Directus show another type.
    return schema.get("data_type") in DOUBLE_DATA_TYPES


def _rows(source: Instance, resource: Resource, columns: Sequence[str]) -> Iterator[Row]:
    for page in source.rows.pages(resource, [resource.key, *columns]):
        yield from page
