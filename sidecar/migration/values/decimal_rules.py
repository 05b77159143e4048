"""Rules for floating-point numbers and decimals."""

from decimal import Decimal
from typing import Any

from sidecar.migration.schema.specials import BOOLEAN
from sidecar.migration.values.parsers import format_decimal, parse_decimal
from sidecar.migration.values.rounding import round_half_up, to_double, to_mysql_float, to_single
from sidecar.migration.values.rule import Check, ColumnPair, Rule, unchanged
from sidecar.resources.base import Column
from sidecar.resources.vendors import POSTGRES, SQLITE

NUMBERS = frozenset({"float", "decimal", "integer", "bigInteger"})
# The size of a decimal that Directus creates without a requested size.
DEFAULT_DIGITS, DEFAULT_SCALE = 10, 5
BY_VALUE = "numbers by their value"
BY_SINGLE = "numbers by their value in single precision"
STORES_NO_MORE = "because the destination's column stores no more"
DOUBLE_PRECISION = "rounded to double precision (about 15 digits)"
SINGLE_PRECISION = "rounded to single precision (about 7 digits)"


def misnamed_decimal_rule(column: Column) -> Rule | None:
    """Decimals that Directus shows as something else because of the special of the field, such as
    `uuid`. Their zeros at the end depend on the size of the column. None: the column is no such
    one."""
    is_misnamed = column.type not in NUMBERS or BOOLEAN in column.special
    if column.data_type != "numeric" or not is_misnamed:
        return None

    def by_value(value: Any) -> Any:
        try:
            return format_decimal(parse_decimal(value))
        except ValueError:
            return value

    return Rule(comparison_note=BY_VALUE, parse=_as_number, encode=unchanged, compare_key=by_value)


def _as_number(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def float_rule(pair: ColumnPair) -> Rule:
    """Floating-point numbers keep the precision of the destination's column."""
    column = pair.destination_column
    if pair.destination_vendor == SQLITE or column.data_type.startswith("double"):
        return _double_rule(pair)
    return _postgres_single_rule() if pair.destination_vendor == POSTGRES else _mysql_rule(column)


def decimal_rule(pair: ColumnPair) -> Rule:
    """Decimals are rounded to the scale of the destination's column; SQLite stores doubles."""
    column = pair.destination_column
    if pair.destination_vendor == SQLITE:
        return _double_rule(pair)
    if pair.destination_vendor == POSTGRES and column.data_type and column.precision is None:
        return Rule(
            comparison_note=BY_VALUE,
            parse=parse_decimal,
            encode=format_decimal,
            compare_key=format_decimal,
        )
    digits, scale = _size_of(column)
    return Rule(
        comparison_note=BY_VALUE,
        parse=parse_decimal,
        store=lambda number: round_half_up(number, scale),
        check=_check_digits(digits - scale),
        encode=format_decimal,
        compare_key=format_decimal,
        rounding_note=f"rounded to {scale} digits after the decimal point, {STORES_NO_MORE}",
    )


def _double_rule(pair: ColumnPair) -> Rule:
    return Rule(
        comparison_note=BY_VALUE,
        parse=parse_decimal,
        store=to_double,
        encode=float,
        compare_key=float,
        rounding_note=DOUBLE_PRECISION,
        strict=pair.is_strict,
    )


def _postgres_single_rule() -> Rule:
    return Rule(
        comparison_note=BY_SINGLE,
        parse=parse_decimal,
        store=to_single,
        encode=float,
        compare_key=float,
        rounding_note=f"{SINGLE_PRECISION}, {STORES_NO_MORE}",
    )


def _mysql_rule(column: Column) -> Rule:
    digits, scale = _size_of(column)
    return Rule(
        comparison_note=BY_SINGLE,
        parse=parse_decimal,
        store=lambda number: to_mysql_float(number, scale),
        check=_check_digits(digits - scale),
        encode=float,
        compare_key=float,
        rounding_note=(
            f"{SINGLE_PRECISION} and to {scale} digits after the decimal point, {STORES_NO_MORE}"
        ),
    )


def _size_of(column: Column) -> tuple[int, int]:
    """The digits in all, and those after the decimal point."""
    digits = DEFAULT_DIGITS if column.precision is None else column.precision
    return digits, DEFAULT_SCALE if column.scale is None else column.scale


def _check_digits(max_digits: int) -> Check:
    def check(number: Decimal) -> None:
        if abs(number) >= Decimal(10) ** max_digits:
            raise ValueError(f"has more than {max_digits} digits before the decimal point")

    return check
