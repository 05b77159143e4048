"""A codec writes, compares and rejects values as the destination's database requires."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.migration.values.conversion import ValueCodec
from sidecar.migration.values.rule import ColumnPair
from sidecar.migration.values.rules import RULES, rule_for
from sidecar.resources.base import Column

CAST = frozenset({"cast-boolean"})
VENDORS = ("sqlite", "postgres", "mysql")


def codec_for(source: str, destination: str, kind: Column) -> ValueCodec:
    rule = rule_for(ColumnPair(kind, kind, source, destination))
    return ValueCodec({} if rule is None else {"a": rule})


def column(kind: str, data_type: str = "", **more: Any) -> Column:
    return Column("a", kind, data_type=data_type, **more)


@pytest.mark.parametrize(
    ("source", "destination", "there", "value", "written"),
    [
        ("sqlite", "postgres", column("boolean"), 0, False),
        ("postgres", "sqlite", column("boolean"), True, 1),
        ("postgres", "sqlite", column("boolean", special=CAST), True, True),
        ("sqlite", "postgres", column("bigInteger", "bigint"), 5, "5"),
        ("postgres", "mysql", column("bigInteger", "bigint"), "5", 5),
        (
            "postgres",
            "sqlite",
            column("bigInteger", "bigint"),
            "9223372036854775807",
            "9223372036854775807",
        ),
        ("sqlite", "postgres", column("float", "real"), 1 / 3, 0.33333334),
        ("sqlite", "postgres", column("float", "real"), 0.1, 0.1),
        ("sqlite", "mysql", column("float", "float", precision=10, scale=5), 0.123456, 0.12346),
        ("sqlite", "mysql", column("float", "float", precision=255, scale=30), 1e-7, 1e-7),
        ("mysql", "sqlite", column("float", "float"), "1.50", 1.5),
        ("sqlite", "postgres", column("decimal", "numeric", precision=10, scale=2), 1.005, "1.01"),
        ("sqlite", "postgres", column("timestamp"), 0, "1970-01-01T00:00:00.000Z"),
        (
            "postgres",
            "mysql",
            column("timestamp"),
            "2024-01-01T12:34:56.999Z",
            "2024-01-01T12:34:56.000Z",
        ),
        ("sqlite", "postgres", column("dateTime"), 0, "1970-01-01T00:00:00"),
        ("sqlite", "postgres", column("date"), 0, "1970-01-01"),
        ("sqlite", "postgres", column("time"), "12:34", "12:34:00"),
        ("postgres", "mysql", column("time"), "12:34:56.7", "12:34:56"),
        (
            "sqlite",
            "postgres",
            column("uuid"),
            "0F8FAD5B-D9CB-469F-A165-70867728950E",
            "0f8fad5b-d9cb-469f-a165-70867728950e",
        ),
        (
            "postgres",
            "mysql",
            column("uuid", "char", size=36),
            "0f8fad5b-d9cb-469f-a165-70867728950e",
            "0f8fad5b-d9cb-469f-a165-70867728950e",
        ),
        ("sqlite", "postgres", column("integer", "integer"), None, None),
    ],
)
def test_a_value_is_written_as_the_destination_shows_it(
    source: str, destination: str, there: Column, value: Any, written: Any
) -> None:
    made = codec_for(source, destination, there).encode({"a": value})
    assert made.unsupported_values == {}
    assert (type(made.values["a"]), made.values["a"]) == (type(written), written)


@pytest.mark.parametrize(
    ("destination", "there", "value", "reason"),
    [
        ("postgres", column("text", "text"), "a\0b", "NUL character"),
        ("postgres", column("string", "character varying", size=3), "🌊🌊🌊🌊", "has 4 characters"),
        ("mysql", column("string", "varchar", size=3), "abcd", "has 4 characters"),
        ("mysql", column("text", "text", size=65_535), "ü" * 32_768, "has 65536 bytes"),
        ("mysql", column("csv", "text", size=65_535), ["x" * 65_535, "y"], "has 65537 bytes"),
        ("mysql", column("string", "char", size=36), "ends ", "ends with a space"),
        ("postgres", column("uuid", "uuid"), "no uuid", "is not a UUID"),
        ("postgres", column("integer", "integer"), 2**31, "is not between"),
        ("mysql", column("integer", "int unsigned"), -1, "is not between"),
        ("postgres", column("integer", "integer"), 1.5, "is not a whole number"),
        ("postgres", column("float", "real"), 1e300, "too large"),
        ("postgres", column("float", "real"), 1e-300, "too small"),
        ("mysql", column("float", "float", precision=10, scale=5), 123456.7, "more than 5 digits"),
        (
            "postgres",
            column("decimal", "numeric", precision=10, scale=5),
            "99999.999999",
            "more than 5 digits",
        ),
        ("postgres", column("decimal", "numeric", precision=10, scale=5), "NaN", "is not a number"),
        ("mysql", column("timestamp"), "1970-01-01T00:00:00.999Z", "between 1970 and"),
        ("mysql", column("timestamp"), "2038-01-19T03:14:08.000Z", "between 1970 and"),
        ("mysql", column("date"), "0099-12-31", "of the years 100 to 9999"),
        ("mysql", column("dateTime"), "0050-01-01T00:00:00", "of the years 100 to 9999"),
        ("mysql", column("date"), "10000-01-15", "of the years 100 to 9999"),
        ("postgres", column("date"), "abc", "is not a date"),
        ("postgres", column("timestamp"), "abc", "is not a moment"),
        ("postgres", column("boolean", "boolean"), 2, "neither true nor false"),
        ("mysql", column("time"), "banana", "not a time of day"),
    ],
)
def test_a_value_that_the_destination_cannot_hold_is_unsupported_with_a_reason(
    destination: str, there: Column, value: Any, reason: str
) -> None:
    assert (
        reason
        in codec_for("sqlite", destination, there).encode({"a": value}).unsupported_values["a"]
    )


@pytest.mark.parametrize(
    ("source", "destination", "kind", "value", "code"),
    [
        ("sqlite", "postgres", column("float", "real"), 1 / 3, "ROUNDED"),
        ("sqlite", "postgres", column("float", "real"), 0.1, None),
        ("postgres", "mysql", column("timestamp"), "2024-01-01T00:00:00.001Z", "ROUNDED"),
        ("postgres", "mysql", column("timestamp"), "2024-01-01T00:00:00.000Z", None),
        ("postgres", "mysql", column("decimal", "decimal", precision=20, scale=2), "1.500", None),
        (
            "postgres",
            "mysql",
            column("decimal", "decimal", precision=20, scale=2),
            "1.501",
            "ROUNDED",
        ),
        ("postgres", "sqlite", column("bigInteger", "bigint"), str(2**53 + 1), "INEXACT"),
        ("postgres", "sqlite", column("bigInteger", "bigint"), "7", None),
    ],
)
def test_a_value_that_loses_precision_gets_a_note(
    source: str, destination: str, kind: Column, value: Any, code: str | None
) -> None:
    lossy_columns = codec_for(source, destination, kind).encode({"a": value}).lossy_columns
    assert [loss.code for loss in lossy_columns.values()] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("source", "kind", "left", "right"),
    [
        ("postgres", column("decimal"), "1.50000", 1.5),
        ("postgres", column("bigInteger"), str(2**63 - 1), 2**63),
        ("postgres", column("timestamp"), "1970-01-01T00:00:00.000Z", 0),
        ("mysql", column("boolean"), 1, True),
        ("postgres", column("time"), "12:34:56.1", "12:34:56.100"),
        ("postgres", column("date"), "10000-01-15", "10000-01-15T00:00:00"),
    ],
)
def test_two_notations_of_one_value_compare_equal(
    source: str, kind: Column, left: Any, right: Any
) -> None:
    codec = codec_for(source, "sqlite", kind)
    assert codec.normalize({"a": left}) == codec.normalize({"a": right})


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "float": st.floats(-1e30, 1e30),
    "decimal": st.decimals(-(10**4), 10**4, places=7).map(str),
    "bigInteger": st.integers(-(2**63), 2**63 - 1).map(str),
    "boolean": st.booleans(),
    "time": st.times().map(lambda one: one.isoformat()),
    "date": st.dates().map(lambda one: one.isoformat()),
    "timestamp": st.datetimes().map(lambda one: one.isoformat(timespec="milliseconds") + "Z"),
    "string": st.text(),
    "uuid": st.uuids().map(lambda one: str(one).upper()),
    "json": st.text() | st.integers(),
}


@pytest.mark.parametrize("destination", VENDORS)
@pytest.mark.parametrize("kind", VALUES)
@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_encoding_is_idempotent_and_an_encoded_row_compares_equal(
    kind: str, destination: str, data: st.DataObject
) -> None:
    source = data.draw(st.sampled_from([vendor for vendor in VENDORS if vendor != destination]))
    codec = codec_for(source, destination, column(kind))
    row = {"a": data.draw(VALUES[kind])}
    made = codec.encode(row)
    if made.unsupported_values:
        return
    again = codec.encode(made.values)
    assert (again.values, again.unsupported_values) == (made.values, {})
    assert codec.normalize(made.values) == codec.normalize(row)
    assert {loss.code for loss in again.lossy_columns.values()} <= {"INEXACT"}


def test_a_date_equals_the_moment_that_its_column_becomes() -> None:
    codec = codec_for("postgres", "postgres", column("dateTime"))
    shown = [codec.normalize({"a": at}) for at in ("2740-08-13", "2740-08-13T00:00:00")]
    assert shown[0] == shown[1] != codec.normalize({"a": "2740-08-13T00:00:01"})


def test_a_codec_without_rules_returns_the_same_row() -> None:
    row = {"a": 1}
    assert ValueCodec().encode(row).values is row
    assert ValueCodec().normalize(row) is row
    assert RULES.keys() >= VALUES.keys()
