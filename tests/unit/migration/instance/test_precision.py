"""Numbers that are found in the columns of a database without types."""

import pytest

from sidecar.migration.instance.precision import whole_number


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
