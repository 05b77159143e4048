"""Numbers are rounded as the destination's column rounds them, and stay stable afterwards."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.migration.values import rounding

few_examples = settings(max_examples=50, deadline=None, derandomize=True, database=None)
numbers = st.decimals(-(10**20), 10**20, places=9)


@pytest.mark.parametrize(
    ("number", "rounded"),
    [("1.005", "1.01"), ("-1.005", "-1.01"), ("1.004", "1.00"), ("1.5", "1.5"), ("12", "12")],
)
def test_halves_are_rounded_away_from_zero(number: str, rounded: str) -> None:
    assert rounding.round_half_up(Decimal(number), 2) == Decimal(rounded)


def test_a_number_with_more_digits_than_pythons_default_is_rounded() -> None:
    number = Decimal("9" * 60 + ".125")
    assert rounding.round_half_up(number, 2) == Decimal("9" * 60 + ".13")


def test_single_precision_keeps_the_fewest_digits_that_name_the_number() -> None:
    assert rounding.to_single(Decimal("0.1")) == Decimal("0.1")
    assert rounding.to_single(Decimal(1) / 3) == Decimal("0.33333334")
    assert rounding.to_single(Decimal("16777217")) == Decimal("16777216")


def test_double_precision_keeps_about_15_digits() -> None:
    assert rounding.to_double(Decimal("0.1")) == Decimal("0.1")
    assert rounding.to_double(Decimal(2**53 + 1)) == Decimal(2**53)


def test_a_float_of_mysql_keeps_its_scale() -> None:
    assert rounding.to_mysql_float(Decimal("0.123456"), 5) == Decimal("0.12346")
    assert rounding.to_mysql_float(Decimal("0.0000001"), 30) == Decimal("1e-7")


def test_a_small_negative_float_of_mysql_loses_digits() -> None:
    """MySQL rounds the distance to -1, and 1 - 1e-20 is 1."""
    assert rounding.to_mysql_float(Decimal("-1e-20"), 30) == 0


@pytest.mark.parametrize("number", ["1e400", "-1e400"])
def test_a_number_beyond_double_precision_is_too_large(number: str) -> None:
    with pytest.raises(ValueError, match="too large"):
        rounding.to_double(Decimal(number))
    with pytest.raises(ValueError, match="too large"):
        rounding.to_mysql_float(Decimal(number), 5)


def test_a_number_beyond_single_precision_is_too_large_or_too_small() -> None:
    with pytest.raises(ValueError, match="too large"):
        rounding.to_single(Decimal("1e39"))
    with pytest.raises(ValueError, match="too small"):
        rounding.to_single(Decimal("1e-50"))


def test_only_a_number_of_few_digits_is_exact_in_single_precision() -> None:
    assert rounding.is_exact_in_single(Decimal("1234.5"))
    assert not rounding.is_exact_in_single(Decimal("12345678.91"))
    assert not rounding.is_exact_in_single(Decimal("1e300"))


@few_examples
@given(numbers)
def test_rounding_twice_changes_nothing_more(number: Decimal) -> None:
    for once in (rounding.to_single(number), rounding.to_mysql_float(number, 5)):
        assert rounding.to_single(once) == once
    once = rounding.to_mysql_float(number, 5)
    assert rounding.to_mysql_float(once, 5) == once
