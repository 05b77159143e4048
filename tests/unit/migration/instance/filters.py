"""Directus' filters as far as presets need them."""

from typing import Any


def matches(rules: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether ``row`` meets all ``rules``, which know ``_eq`` and ``_null`` only."""
    return all(_meets(row.get(column), rule) for column, rule in rules.items())


def _meets(value: Any, rule: dict[str, Any]) -> bool:
    ((operator, expected),) = rule.items()
    return bool({"_eq": value == expected, "_null": (value is None) == expected}[operator])
