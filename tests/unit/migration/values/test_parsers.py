"""Parsers accept every notation that a REST response shows, and reject the rest with a reason."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.migration.values import parsers

few_examples = settings(max_examples=30, deadline=None, derandomize=True, database=None)


@pytest.mark.parametrize("value", [True, 1, "1", "true"])
def test_each_notation_of_true_is_parsed(value: Any) -> None:
    assert parsers.parse_boolean(value) is True


@pytest.mark.parametrize("value", [False, 0, "0", "false"])
def test_each_notation_of_false_is_parsed(value: Any) -> None:
    assert parsers.parse_boolean(value) is False


@pytest.mark.parametrize(
    ("parse", "value", "reason"),
    [
        (parsers.parse_boolean, "yes", "is neither true nor false"),
        (parsers.parse_integer, 1.5, "is not a whole number"),
        (parsers.parse_decimal, "1,5", "is not a number"),
        (parsers.parse_decimal, True, "is not a number"),
        (parsers.parse_decimal, "Infinity", "is not a number"),
        (parsers.parse_timestamp, "10000-01-01T00:00:00Z", "is not a moment"),
        (parsers.format_timestamp, 10**18, "is not a moment"),
        (parsers.parse_datetime, "12:34", "is not a date"),
        (parsers.parse_date, "", "is not a date"),
        (parsers.parse_time, "12", "is not a time of day"),
        (parsers.parse_time, "12:60", "is not a time of day"),
        (parsers.parse_time, "24:00:01", "is not a time of day"),
        (parsers.parse_uuid, "123", "is not a UUID"),
    ],
)
def test_an_invalid_value_is_rejected_with_the_reason(
    parse: Callable[[Any], Any], value: Any, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [(0.1, "0.1"), (" 7 ", "7"), ("1e3", "1000"), (2**63, "9223372036854775808")],
)
def test_a_decimal_is_parsed_without_losing_a_digit(value: Any, number: str) -> None:
    assert parsers.parse_decimal(value) == Decimal(number)


@pytest.mark.parametrize(
    ("number", "text"), [("1.500", "1.5"), ("1e3", "1000"), ("-0.0", "0"), ("1e-7", "0.0000001")]
)
def test_a_decimal_is_formatted_without_exponent_and_trailing_zeros(number: str, text: str) -> None:
    assert parsers.format_decimal(Decimal(number)) == text


@few_examples
@given(st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_a_formatted_decimal_parses_to_the_same_number(number: Decimal) -> None:
    assert parsers.parse_decimal(parsers.format_decimal(number)) == number


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [
        (0, 0),
        ("1970-01-01", 0),
        ("1970-01-01T00:00:00.001Z", 1),
        ("1970-01-01 01:00:00+01:00", 0),
    ],
)
def test_a_timestamp_without_a_time_zone_is_in_utc(value: Any, milliseconds: int) -> None:
    assert parsers.parse_timestamp(value) == milliseconds


@few_examples
@given(st.integers(-(10**13), 10**13))
def test_a_formatted_timestamp_parses_to_the_same_moment(milliseconds: int) -> None:
    assert parsers.parse_timestamp(parsers.format_timestamp(milliseconds)) == milliseconds


def test_a_number_of_milliseconds_is_parsed_as_a_date_and_as_a_datetime() -> None:
    assert parsers.parse_datetime(86_400_000) == "1970-01-02T00:00:00"
    assert parsers.parse_date(86_400_000) == "1970-01-02"


@pytest.mark.parametrize("separator", ["T", " "])
def test_a_date_is_parsed_without_the_time_after_it(separator: str) -> None:
    assert parsers.parse_date(f"2024-01-31{separator}12:00:00") == "2024-01-31"


@pytest.mark.parametrize(
    ("text", "formatted"),
    [("12:34", "12:34:00"), ("1:2:3.50", "01:02:03.5"), ("24:00:00", "24:00:00")],
)
def test_a_time_is_formatted_with_a_fraction_only_where_there_is_one(
    text: str, formatted: str
) -> None:
    assert parsers.format_time(parsers.parse_time(text)) == formatted


@few_examples
@given(st.integers(0, 86_400_000_000))
def test_a_formatted_time_parses_to_the_same_time(microseconds: int) -> None:
    assert parsers.parse_time(parsers.format_time(microseconds)) == microseconds


@pytest.mark.parametrize(
    ("document", "expected"),
    [('{"a": 1}', {"a": 1}), ("no JSON", "no JSON"), ({"a": "1"}, {"a": "1"}), (None, None)],
)
def test_only_a_text_that_is_json_is_parsed_again(document: Any, expected: Any) -> None:
    assert parsers.parse_json_text(document) == expected
