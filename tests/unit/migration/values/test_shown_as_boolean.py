"""Numbers and texts that Directus shows as booleans are written as 0 and 1."""

from typing import Any

import pytest

from sidecar.migration.values.conversion import ValueCodec
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


def test_other_columns_have_no_such_rule() -> None:
    assert shown_as_boolean_rule(Column("a", "boolean", special=CAST)) is None
    assert shown_as_boolean_rule(Column("a", "date", special=CAST)) is None
    assert shown_as_boolean_rule(Column("a", "integer")) is None
