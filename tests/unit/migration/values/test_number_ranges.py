"""The values of a column decide whether it needs a larger type in another database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sidecar.migration.values.number_ranges import (
    required_digits,
    with_exact_numbers,
    with_wide_numbers,
)
from sidecar.resources.base import Resource
from tests.unit.instances import Row, instance

POSTS = {"collection": "posts", "meta": {}, "schema": {"name": "posts"}}


def field(name: str, kind: str, data_type: str, collection: str = "posts") -> Row:
    return {
        "collection": collection,
        "field": name,
        "type": kind,
        "meta": {"special": None},
        "schema": {
            "data_type": data_type,
            "default_value": None,
            "is_nullable": True,
            "is_primary_key": name == "id",
        },
    }


KEY = field("id", "integer", "integer")


class Rows:
    """Reads prepared rows of every resource."""

    def __init__(self, rows: Sequence[Row], extremes: Mapping[str, tuple[int, int]]) -> None:
        self._rows = rows
        self._extremes = extremes

    def pages(self, _resource: Resource, _fields: Sequence[str]) -> list[Sequence[Row]]:
        return [self._rows] if self._rows else []

    def extremes(self, _resource: Resource, columns: Sequence[str]) -> dict[str, tuple[int, int]]:
        return {column: self._extremes.get(column, (0, 0)) for column in columns}


def with_values(
    fields: Sequence[Row],
    rows: Sequence[Row] = (),
    extremes: Mapping[str, tuple[int, int]] | None = None,
    vendor: str = "sqlite",
) -> tuple[frozenset[tuple[str, str]], Mapping[tuple[str, str], tuple[int, int]]]:
    """``wide`` and ``decimals`` of a source with these values."""
    reader: Any = Rows(rows, extremes or {})
    source = instance("12.4.0", KEY, *fields, vendor=vendor, tables=[POSTS])
    found = with_wide_numbers(replace(source, rows=reader))
    return found.wide, found.decimals


@pytest.mark.parametrize(
    ("ends", "is_wide"),
    [((-(2**31), 2**31 - 1), False), ((0, 2**31), True), ((-(2**31) - 1, 0), True)],
)
def test_an_integer_beyond_32_bits_makes_its_column_wide(
    ends: tuple[int, int], is_wide: bool
) -> None:
    number = field("n", "integer", "integer")
    wide, _ = with_values([number], extremes={"n": ends})
    assert wide == ({("posts", "n")} if is_wide else set())


@pytest.mark.parametrize(
    ("vendor", "data_type", "is_read"),
    [
        ("sqlite", "integer", True),
        ("mysql", "int unsigned", True),
        ("mysql", "int", False),
        ("postgres", "integer", False),
    ],
)
def test_only_data_types_that_hold_more_than_32_bits_are_read(
    vendor: str, data_type: str, is_read: bool
) -> None:
    number = field("n", "integer", data_type)
    wide, _ = with_values([number], extremes={"n": (0, 2**40)}, vendor=vendor)
    assert bool(wide) is is_read


def test_floats_that_single_precision_does_not_keep_become_decimals() -> None:
    fields = [field(name, "float", "float") for name in ("price", "ratio")]
    rows: list[Row] = [
        {"id": 1, "price": 12345678.91, "ratio": 0.5},
        {"id": 2, "price": None, "ratio": None},
    ]
    _, decimals = with_values(fields, rows)
    assert decimals == {("posts", "price"): (15, 5)}


@pytest.mark.parametrize("kind", ["float", "json"])
def test_double_precision_counts_whatever_the_special_makes_directus_show(kind: str) -> None:
    double = field("size", kind, "double precision")
    reader: Any = Rows([{"id": 1, "size": 52.520008123456}], {})
    source = instance("12.4.0", KEY, double, vendor="postgres", tables=[POSTS])
    exact = with_exact_numbers(replace(source, rows=reader))
    assert exact.decimals == {("posts", "size"): (22, 12)}


def test_a_float_with_too_many_digits_for_a_decimal_stays_a_float() -> None:
    rows = [{"id": 1, "price": 12345678.91}, {"id": 2, "price": 1e-31}]
    _, decimals = with_values([field("price", "float", "float")], rows)
    assert decimals == {}


def test_columns_of_directus_itself_are_not_read() -> None:
    own = [field(name, "integer", "integer", collection="directus_users") for name in ("id", "n")]
    wide, _ = with_values(own, rows=[{"id": 1, "n": 2**40}])
    assert wide == frozenset()


@pytest.mark.parametrize(
    ("numbers", "digits"),
    [
        (["12345678.91"], (8, 2)),
        (["0.000125", "-1000"], (4, 6)),
        (["1e3", "0", "-0.0"], (4, 0)),
        ([], (1, 0)),
    ],
)
def test_the_digits_before_and_after_the_decimal_point_are_counted(
    numbers: list[str], digits: tuple[int, int]
) -> None:
    assert required_digits(map(Decimal, numbers), 1, 0) == digits
