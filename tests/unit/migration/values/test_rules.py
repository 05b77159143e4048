"""A column gets the rule of the type that it has at the destination."""

from decimal import Decimal
from typing import Any

import pytest

from sidecar.migration.values.integer_rules import big_key_rule
from sidecar.migration.values.rule import ColumnPair, Rule
from sidecar.migration.values.rules import rule_for
from sidecar.resources.base import Column


def rule(source: str, destination: str, kind: str, data_type: str = "", **size: Any) -> Rule | None:
    column = Column("a", kind, data_type=data_type, **size)
    return rule_for(ColumnPair(column, column, source, destination))


def required(found: Rule | None) -> Rule:
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("source", "destination", "kind"),
    [
        ("postgres", "sqlite", "string"),
        ("postgres", "sqlite", "integer"),
        ("postgres", "sqlite", "uuid"),
        ("sqlite", "mysql", "json"),
        ("sqlite", "postgres", "binary"),
    ],
)
def test_a_column_that_shows_the_same_on_both_sides_has_no_rule(
    source: str, destination: str, kind: str
) -> None:
    assert rule(source, destination, kind) is None


def test_the_type_of_the_destination_decides() -> None:
    text, number = Column("a", "string"), Column("a", "integer", data_type="integer")
    found = required(rule_for(ColumnPair(text, number, "sqlite", "postgres")))
    assert found.parse("5") == 5


@pytest.mark.parametrize("destination", ["sqlite", "postgres", "mysql"])
def test_only_sqlite_stores_values_that_do_not_fit_the_type(destination: str) -> None:
    source = "mysql" if destination != "mysql" else "postgres"
    assert required(rule(source, destination, "boolean")).strict == (destination != "sqlite")


@pytest.mark.parametrize(
    ("data_type", "least", "most"),
    [("tinyint unsigned", 0, 255), ("int", -(2**31), 2**31 - 1), ("unknown", -(2**31), 2**31 - 1)],
)
def test_an_integer_has_the_range_of_its_column(data_type: str, least: int, most: int) -> None:
    check = required(rule("sqlite", "mysql", "integer", data_type)).check
    check(least)
    check(most)
    for beyond in (least - 1, most + 1):
        with pytest.raises(ValueError, match=f"is not between {least} and {most}"):
            check(beyond)


def test_a_big_integer_beyond_2_to_53_is_compared_as_directus_reads_it() -> None:
    found = required(rule("postgres", "mysql", "bigInteger", "bigint"))
    assert found.compare_key(2**53 + 1) == float(2**53)
    assert found.compare_key(2**53 - 1) == 2**53 - 1
    assert "compared only that exactly" in found.inexact_note
    assert required(rule("mysql", "postgres", "bigInteger", "bigint")).inexact_note == ""


def test_a_key_beyond_2_to_53_is_rejected_also_on_sqlite() -> None:
    found = big_key_rule(required(rule("postgres", "sqlite", "bigInteger", "bigint")))
    assert found.strict
    found.check(2**53 - 1)
    with pytest.raises(ValueError, match="is beyond 2\\^53"):
        found.check(2**53)


def test_a_decimal_without_a_size_is_not_rounded_on_postgres() -> None:
    found = required(rule("sqlite", "postgres", "decimal", "numeric"))
    assert found.store(Decimal("1.123456789")) == Decimal("1.123456789")


def test_the_note_about_a_rounded_decimal_names_the_scale() -> None:
    found = required(rule("postgres", "mysql", "decimal", "decimal", precision=20, scale=2))
    assert found.rounding_note.startswith("rounded to 2 digits after the decimal point")


def test_a_timestamp_beside_a_datetime_is_compared_to_the_second_and_written_as_shown() -> None:
    own, shown = Column("a", "dateTime"), Column("a", "timestamp")
    found = required(rule_for(ColumnPair(own, shown, "sqlite", "postgres")))
    assert found.encode is None
    assert found.compare_key(1_999) == 1_000
