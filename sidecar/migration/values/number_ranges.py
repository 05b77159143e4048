"""Columns of numbers that need more than the type that Directus reads would give them in another
database.

SQLite has integers of one size only, and tells decimals and floating-point numbers not apart; MySQL
counts without a sign. So what such a column has to become is told by the values in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from sidecar.migration.concurrency import map_ahead
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.precision import extremes_of, whole_number
from sidecar.migration.values.parsers import exact, single
from sidecar.resources.base import Resource

LARGEST = 2**31 - 1
AT_ONCE = 4
MAY_BE_WIDE = {"sqlite": ("integer", "int"), "mysql": ("int unsigned",)}
KEEPS_DOUBLES = "sqlite"
# At least so many digits before and after the point, and no more than MySQL's decimals have.
FEWEST_DIGITS, FEWEST_SCALE = 10, 5
MAX_DIGITS, MAX_SCALE = 35, 30
Digits = tuple[int, int]


def with_wide_numbers(source: Instance) -> Instance:
    """``source`` with the integers that need more than 32 bits and the decimals among its
    floating-point numbers: those with values that single precision, which is all that Directus
    gives them elsewhere, does not keep.

    A request for each collection that has integers which may be; on SQLite the floating-point
    numbers of all rows are read.
    """
    integers = map_ahead(lambda asked: _wide(source, *asked), _asked(source, "integer"), AT_ONCE)
    floats = _asked(source, "float") if source.vendor == KEEPS_DOUBLES else []
    decimals = map_ahead(lambda asked: _decimals(source, *asked), floats, AT_ONCE)
    return replace(
        source,
        wide=frozenset(name for names in integers for name in names),
        decimals={name: digits for found in decimals for name, digits in found.items()},
    )


def _asked(source: Instance, kind: str) -> list[tuple[Resource, list[str]]]:
    """The columns of the type ``kind`` that have to be looked into, by resource."""
    asked: dict[str, list[str]] = defaultdict(list)
    for row in source.fields:
        if (
            row["type"] == kind
            and row.get("schema")
            and (
                kind != "integer"
                or row["schema"]["data_type"] in MAY_BE_WIDE.get(source.vendor, ())
            )
        ):
            asked[row["collection"]].append(row["field"])
    # What belongs to Directus itself is the same everywhere.
    added = {(row["collection"], row["field"]) for row in source.snapshot["fields"]}
    found = [
        (
            resource,
            [
                field
                for field in asked[name]
                if field in resource.columns
                and ((name, field) in added or resource.is_user_collection)
            ],
        )
        for name, resource in source.model.resources.items()
    ]
    return [(resource, columns) for resource, columns in found if columns]


def _wide(source: Instance, resource: Resource, columns: list[str]) -> list[tuple[str, str]]:
    if resource.is_user_collection and not resource.singleton:
        numbers: dict[str, Sequence[int]] = {**extremes_of(source, resource, columns)}
    else:
        rows = [
            row for page in source.rows.pages(resource, [resource.key, *columns]) for row in page
        ]
        numbers = {column: [whole_number(row[column]) for row in rows] for column in columns}
    return [
        (resource.name, column)
        for column, found in numbers.items()
        if not all(-LARGEST - 1 <= number <= LARGEST for number in found)
    ]


def _decimals(
    source: Instance, resource: Resource, columns: list[str]
) -> dict[tuple[str, str], Digits]:
    found: dict[str, Digits] = dict.fromkeys(columns, (FEWEST_DIGITS, FEWEST_SCALE))
    needed: set[str] = set()
    for page in source.rows.pages(resource, [resource.key, *columns]):
        for column in columns:
            numbers = [exact(row[column]) for row in page if isinstance(row[column], int | float)]
            found[column] = digits_of(numbers, *found[column])
            needed |= {column} if not all(map(_is_single, numbers)) else set()
    return {
        (resource.name, column): (digits + scale, scale)
        for column, (digits, scale) in found.items()
        if column in needed and digits <= MAX_DIGITS and scale <= MAX_SCALE
    }


def digits_of(numbers: Iterable[Decimal], digits: int, scale: int) -> Digits:
    """How many digits before and after the point are needed, at least those two."""
    for number in numbers:
        digits = max(digits, number.adjusted() + 1)
        scale = max(scale, -int(number.normalize().as_tuple().exponent))
    return digits, scale


def _is_single(number: Decimal) -> bool:
    try:
        return Decimal(repr(single(float(number)))) == number
    except ValueError:
        return False
