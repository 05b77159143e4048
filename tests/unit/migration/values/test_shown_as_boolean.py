"""Numbers and texts that Directus shows as booleans are written as 0 and 1."""

from typing import Any

import pytest

from sidecar.migration.values.conversion import ValueCodec
from sidecar.migration.values.decimal_rules import misnamed_decimal_rule
from sidecar.migration.values.integer_rules import shown_as_boolean_rule
from sidecar.resources.base import Column

CAST = frozenset({"cast-boolean"})


@pytest.mark.parametrize(
    ("kind", "shown", "written"),
    [
        ("integer", True, 1),
        ("decimal", False, 0),
        ("text", True, "1"),
        ("string", False, "0"),
        ("string", "maybe", "maybe"),
        ("integer", 7, 7),
    ],
)
def test_a_shown_boolean_is_written_as_the_digit_and_equals_it(
    kind: str, shown: Any, written: Any
) -> None:
    rule = shown_as_boolean_rule(Column("a", kind, special=CAST))
    assert rule is not None
    codec = ValueCodec({"a": rule})
    values = codec.encode({"a": shown}).values
    assert (type(values["a"]), values["a"]) == (type(written), written)
    assert codec.normalize({"a": shown}) == codec.normalize(values)


@pytest.mark.parametrize(
    ("kind", "special", "shown", "stored", "written"),
    [
        ("uuid", "uuid", "0.10", "0.1000000000", "0.10"),
        ("decimal", "cast-boolean", "0.10", "0.1000", "0.10"),
        ("decimal", "cast-boolean", True, "1.0000", 1),
        ("uuid", "uuid", None, None, None),
        ("uuid", "uuid", "no number", "no number", "no number"),
    ],
)
def test_a_decimal_that_is_shown_as_something_else_is_compared_by_its_value(
    kind: str, special: str, shown: Any, stored: Any, written: Any
) -> None:
    column = Column("a", kind, special=frozenset({special}), data_type="numeric")
    rule = misnamed_decimal_rule(column)
    assert rule is not None
    codec = ValueCodec({"a": rule})
    assert codec.encode({"a": shown}).values == {"a": written}
    assert codec.normalize({"a": shown}) == codec.normalize({"a": stored})
    assert codec.normalize({"a": "0.2"}) != codec.normalize({"a": stored})


def test_decimals_that_are_shown_as_such_and_other_columns_have_no_such_rule() -> None:
    assert misnamed_decimal_rule(Column("a", "decimal", data_type="numeric")) is None
    assert misnamed_decimal_rule(Column("a", "uuid", data_type="uuid")) is None


def test_other_columns_have_no_such_rule() -> None:
    assert shown_as_boolean_rule(Column("a", "boolean", special=CAST)) is None
    assert shown_as_boolean_rule(Column("a", "date", special=CAST)) is None
    assert shown_as_boolean_rule(Column("a", "integer")) is None
