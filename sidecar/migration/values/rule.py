"""A rule says how the values of one column cross from one database to another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sidecar.resources.base import Column
from sidecar.resources.vendors import SQLITE

Convert = Callable[[Any], Any]
Check = Callable[[Any], None]


def unchanged(value: Any) -> Any:
    """Return the value as it is."""
    return value


def accept(_value: Any) -> None:
    """Accept every value."""


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """The two ends that a value travels between."""

    source_column: Column
    # The column as it is when the values arrive.
    destination_column: Column
    source_vendor: str
    destination_vendor: str

    @property
    def is_strict(self) -> bool:
        """Whether the destination enforces column types. SQLite stores any value anywhere."""
        return self.destination_vendor != SQLITE


@dataclass(frozen=True, slots=True)
class Rule:
    """The steps of a value: parse, store, check, then encode for writing or reduce to a key.

    ``parse``, ``store`` and ``check`` raise ValueError for a value that the destination cannot
    hold; the message completes the sentence "The value …".
    """

    # What is compared, for the report. Empty: values are compared exactly as they are shown.
    comparison_note: str = ""
    # From the notation of either side to the value itself.
    parse: Convert = unchanged
    # What the destination's column stores of the value.
    store: Convert = unchanged
    check: Check = accept
    # How the stored value is written. None: the source's notation is written.
    encode: Convert | None = None
    # What the stored value is compared by.
    compare_key: Convert = unchanged
    # What a coarser column of the destination stores of the stored value. Which one it has is not
    # known, so the value is written as it is.
    may_store: Convert = unchanged
    # For the report: how ``store`` or ``may_store`` changes a value.
    rounding_note: str = ""
    # For the report: the value is stored, but ``compare_key`` cannot prove all of it.
    inexact_note: str = ""
    # False: the destination stores the value even where a step raises ValueError.
    strict: bool = True
