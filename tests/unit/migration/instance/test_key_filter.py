"""Rows are found by their keys, whatever Directus reads in them."""

import re
from typing import Any

import pytest

from sidecar.migration.instance.key_filter import filter_of_keys

MISREAD = ("true", "false", "null", "NULL", "$NOW", "$NOW(-1 day)", "$CURRENT_USER", "$NOWHERE")
ORDINARY = (
    "posts",
    "nullable",
    "ull",
    "nul",
    "n",
    "",
    "$",
    "$NO",
    "xNOW",
    "a,b",
    "true ",
    "truetrue",
)


def matches(rule: Any, key: str) -> bool:
    """What Directus and its database make of a filter."""
    ((name, operand),) = rule.items()
    if name == "_and":
        return all(matches(one, key) for one in operand)
    if name == "_or":
        return any(matches(one, key) for one in operand)
    ((operator, value),) = operand.items()
    assert name == "slug"
    values = value if operator == "_in" else [value]
    assert not {*values} & {*MISREAD}
    if operator == "_in":
        return key in value
    pattern = re.escape(value).replace("_", ".")
    begins = re.match(pattern, key, re.DOTALL) is not None
    return begins if operator == "_starts_with" else not begins


@pytest.mark.parametrize("wanted", [MISREAD, ORDINARY, MISREAD[:1], (*MISREAD[1:3], *ORDINARY[:3])])
def test_the_filter_finds_these_rows_and_no_others(wanted: tuple[str, ...]) -> None:
    rule = filter_of_keys("slug", list(wanted))
    found = {key for key in (*MISREAD, *ORDINARY) if matches(rule, key)}
    assert found == {*wanted}


def test_numbers_are_listed() -> None:
    assert filter_of_keys("id", [1, 2]) == {"id": {"_in": [1, 2]}}
