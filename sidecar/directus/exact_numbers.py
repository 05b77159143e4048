"""Integers that Directus reads and writes exactly, as JavaScript numbers."""

from typing import Any

# SQLite's JSON holds larger integers only approximately, too.
MAX_EXACT_INTEGER = 2**53 - 1


def is_exact(value: Any) -> bool:
    """Whether a value is no number that JavaScript may have rounded."""
    return not isinstance(value, int | float) or abs(value) <= MAX_EXACT_INTEGER
