"""A change of a column is safe only if every value still fits."""

from typing import Any

import pytest

from sidecar.migration.schema.column_changes import classify
from tests.unit.migration.schema.snapshots import Row, field, string

TEXT = field("a", ("text", "text", None, None, None, None))


def number(field_type: str, data_type: str, precision: Any = None, scale: Any = None) -> Row:
    return field("a", (field_type, data_type, None, precision, scale, None))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (string("a", 20), string("a", 20, default="x"), "safe"),
        (string("a", 20), string("a", 21), "safe"),
        (string("a", 20), string("a", None), "safe"),
        (string("a", 20), TEXT, "safe"),
        (number("integer", "int"), number("bigInteger", "bigint"), "safe"),
        (number("decimal", "decimal", 10, 2), number("decimal", "decimal", 12, 2), "safe"),
        (string("a", 20), string("a", 19), "narrowing"),
        (string("a", None), string("a", 255), "narrowing"),
        (TEXT, string("a", 255), "narrowing"),
        (number("bigInteger", "bigint"), number("integer", "int"), "narrowing"),
        (number("decimal", "decimal", 10, 2), number("decimal", "decimal", 12, 1), "narrowing"),
        (number("integer", "int"), string("a"), "incompatible"),
        (TEXT, number("integer", "int"), "incompatible"),
    ],
)
def test_a_change_is_classified_by_the_values_that_fit(
    before: Row, after: Row, expected: str
) -> None:
    assert classify(before, after) == expected


def test_another_data_type_of_the_same_type_is_classified_by_its_size() -> None:
    char = field("a", ("string", "char", 36, None, None, None))
    assert classify(char, string("a", 255)) == "safe"
    assert classify(char, string("a", 20)) == "narrowing"


def test_another_type_with_the_same_column_is_safe() -> None:
    assert classify(string("a", 36), {**string("a", 36), "type": "hash"}) == "safe"
