"""The oracle's own knowledge of the databases: the same in every notation means the same, and
nothing else does."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.stack.notation import EPOCH, Held, held, kept, meaning

Notation = Callable[[Any], Any]
MANY = settings(max_examples=60, deadline=None, derandomize=True, database=None)
MILLISECOND = timedelta(milliseconds=1)


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MILLISECOND


def _days(day: date) -> int:
    return _milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _as_time(span: timedelta) -> time:
    return (datetime.min + span).time()


# By kind: values, and by vendor and declared type how its driver gives them.
KINDS: dict[str, tuple[st.SearchStrategy[Any], dict[tuple[str, str], Notation]]] = {
    "truth": (
        st.booleans(),
        {("sqlite", "boolean"): int, ("postgres", "bool"): bool, ("mysql", "tinyint(1)"): int},
    ),
    "integer": (
        st.integers(-(2**63), 2**63 - 1),
        {("sqlite", "bigint"): int, ("postgres", "int8"): int, ("mysql", "bigint(20)"): int},
    ),
    "decimal": (
        st.decimals(-(10**12), 10**12, places=8),
        {("postgres", "numeric(20,8)"): Decimal, ("mysql", "decimal(20,8)"): Decimal},
    ),
    "double": (
        st.floats(allow_nan=False, allow_infinity=False),
        {("sqlite", "float"): float, ("postgres", "float8"): float, ("mysql", "double"): float},
    ),
    "moment": (
        st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)).map(
            lambda one: one.replace(microsecond=one.microsecond // 1000 * 1000)
        ),
        {
            ("sqlite", "datetime"): _milliseconds,
            ("postgres", "timestamptz"): lambda one: one,
            ("postgres", "timestamp"): lambda one: one.replace(tzinfo=None),
        },
    ),
    "day": (
        st.dates(),
        {
            ("sqlite", "date"): _days,
            ("postgres", "date"): lambda one: one,
            ("mysql", "date"): lambda one: one,
        },
    ),
    "clock": (
        st.integers(0, 86_399).map(lambda one: timedelta(seconds=one)),
        {
            ("sqlite", "time"): lambda one: str(_as_time(one)),
            ("postgres", "time"): _as_time,
            ("mysql", "time"): lambda one: one,
        },
    ),
    "text": (
        st.text(max_size=20),
        {
            ("sqlite", "varchar(255)"): str,
            ("postgres", "varchar"): str,
            ("mysql", "varchar(255)"): str,
        },
    ),
    "document": (
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=5,
        ),
        {
            ("sqlite", "json"): json.dumps,
            ("postgres", "json"): lambda one: one,
            ("mysql", "json"): json.dumps,
        },
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@MANY
@given(data=st.data())
def test_the_same_means_the_same_in_every_notation(kind: str, data: st.DataObject) -> None:
    values, notations = KINDS[kind]
    value = data.draw(values)
    assume(not (kind == "document" and value is None))
    for (one, write), (other, rewrite) in combinations(notations.items(), 2):
        assert meaning(held(*one), write(value)) == meaning(held(*other), rewrite(value))


@pytest.mark.parametrize("kind", KINDS)
@MANY
@given(data=st.data())
def test_another_value_means_another_in_any_notation(kind: str, data: st.DataObject) -> None:
    values, notations = KINDS[kind]
    left, right = data.draw(values), data.draw(values)
    assume(repr(left) != repr(right) and left != right)
    for one, write in notations.items():
        for other, rewrite in notations.items():
            how = held(*other)
            assert kept(how, meaning(held(*one), write(left))) != kept(
                how, meaning(how, rewrite(right))
            )


@MANY
@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_float_of_four_bytes_loses_what_it_cannot_keep_and_no_more(value: float) -> None:
    how = held("postgres", "float4")
    assert kept(how, meaning(held("sqlite", "float"), value)) == Decimal(value)
    assume(abs(value) > 1e-30)
    assert kept(how, meaning(held("sqlite", "float"), value * (1 + 1e-12))) == Decimal(value)
    assert kept(how, meaning(held("sqlite", "float"), value * (1 + 3e-7))) != Decimal(value)


def test_a_column_takes_off_only_what_its_type_does() -> None:
    seconds, number = held("mysql", "timestamp"), held("mysql", "decimal(10,2)")
    moment = datetime(2024, 1, 1, 12, 0, 0, 999_000, tzinfo=UTC)
    assert kept(seconds, moment) == moment.replace(microsecond=0)
    assert kept(held("postgres", "timestamptz"), moment) == moment
    assert [kept(number, Decimal(text)) for text in ("1.005", "1.004", "-1.005")] == [
        Decimal("1.01"),
        Decimal("1.00"),
        Decimal("-1.01"),
    ]
    assert kept(Held("id"), "0F8FAD5B") == "0f8fad5b"
    assert kept(Held("text"), "0F8FAD5B") == "0F8FAD5B"


def test_kinds_are_not_taken_for_each_other() -> None:
    number, text, truth = (
        held("postgres", "int4"),
        held("postgres", "text"),
        held("postgres", "bool"),
    )
    codecs = [
        meaning(number, 1),
        meaning(text, "1"),
        meaning(truth, True),
        meaning(held("sqlite", "json"), "1"),
    ]
    assert len({(type(one), repr(one)) for one in codecs}) == len(codecs)
    assert meaning(held("sqlite", "boolean"), 2) == ("as it is", 2)
