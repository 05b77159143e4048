"""Classifies changes of a column by what they do to the values in it.

A migration never cuts the destination's values to size.
"""

from math import inf
from typing import Literal

from sidecar.directus.client import Row

# "safe": every value fits. "narrowing": values can be cut, but the column as it is holds all values
# of the other one. "incompatible": neither column holds all values of the other.
ColumnChange = Literal["safe", "narrowing", "incompatible"]
SIZES = ("max_length", "numeric_precision", "numeric_scale")
# The parts of a column's schema that decide which values it holds.
TYPE_ATTRIBUTES = frozenset({"data_type", *SIZES})
# Pairs of Directus's types: the second one holds every value of the first one.
WIDENINGS = frozenset({("string", "text"), ("integer", "bigInteger"), ("date", "dateTime")})
# How many digits a decimal needs before the point to hold any integer of the type.
DIGITS = {"integer": 10, "bigInteger": 19}


def classify(before: Row, after: Row) -> ColumnChange:
    """Classify the change of a column from ``before`` to ``after``, both fields of a snapshot."""
    old, new = before["schema"], after["schema"]
    if all(old.get(name) == new.get(name) for name in TYPE_ATTRIBUTES):
        return "safe"
    if before["type"] != after["type"] and old.get("data_type") != new.get("data_type"):
        if after["type"] == "decimal" and before["type"] in DIGITS:
            return "safe" if _holds_digits(new, DIGITS[before["type"]]) else "narrowing"
        return _classify_types(before["type"], after["type"])
    fits = all(_size(new, name) >= _size(old, name) for name in SIZES)
    return "safe" if fits else "narrowing"


def _classify_types(before: str, after: str) -> ColumnChange:
    if (before, after) in WIDENINGS:
        return "safe"
    return "narrowing" if (after, before) in WIDENINGS else "incompatible"


def _holds_digits(schema: Row, digits: int) -> bool:
    return _size(schema, "numeric_precision") - (schema.get("numeric_scale") or 0) >= digits


def _size(schema: Row, name: str) -> float:
    size = schema.get(name)
    return inf if size is None else float(size)
