"""Names and counts in the sentences of findings."""

from collections.abc import Iterable

MAX_NAMES = 8


def list_names(names: Iterable[str]) -> str:
    """``names`` with commas. After the first MAX_NAMES only their number."""
    listed = list(names)
    more = len(listed) - MAX_NAMES
    return ", ".join(listed[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")


def count_rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
