"""Numbers that are found in the columns of a database without types, and texts that MySQL takes for
the same."""

import pytest

from sidecar.migration.instance.precision import whole_number
from sidecar.migration.values.key_collation import folded


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        (None, 0),
        ("", 0),
        ("abc", 0),
        ("9007199254740993", 9007199254740993),
        (7, 7),
        (1.5, 1),
        (float("inf"), 0),
    ],
)
def test_what_is_no_number_counts_as_none(shown: object, number: int) -> None:
    assert whole_number(shown) == number


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("Café ", "cafe", True), ("Ünder", "under", True), ("a", "b", False), (" a", "a", False)],
)
def test_case_accents_and_spaces_at_the_end_do_not_count(one: str, other: str, alike: bool) -> None:
    assert (folded(one) == folded(other)) == alike
