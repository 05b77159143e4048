"""Parses JSON whose size in memory is bounded: few bytes can hold millions of values."""

import re
from typing import Any

import orjson

from sidecar.errors import AnswerTooLarge

# Each takes up to about 80 bytes. 500 collections of 20 fields each have half a million.
MAX_VALUES = 1_500_000
# Python code that follows the levels of a document ends at about a thousand calls.
MAX_NESTING = 200
SEPARATORS = (b",", b"[", b"{")
# A property has a quoted name, and may have a quoted value.
MAX_QUOTES = 4 * MAX_VALUES
STRING = re.compile(rb'"[^"]*"')


def parse(content: bytes, where: str) -> Any:
    """Return the document in ``content``. ``where`` names its sender in messages.

    Raises AnswerTooLarge, and orjson.JSONDecodeError when it is not JSON.
    """
    # Each value takes a byte at least. So an ordinary answer is not counted.
    if len(content) > MAX_VALUES and _count_values(content) > MAX_VALUES:
        raise AnswerTooLarge(f"{where} sent more than {MAX_VALUES:,} values in one answer")
    document = orjson.loads(content)
    if _is_deep(document):
        raise AnswerTooLarge(f"{where} sent values in more than {MAX_NESTING} levels")
    return document


def _count_values(content: bytes) -> int:
    """About the number of values, and never fewer than there are."""
    count = sum(content.count(separator) for separator in SEPARATORS)
    if count <= MAX_VALUES:
        return count
    # A long text may have many commas.
    unescaped = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    if unescaped.count(b'"') > MAX_QUOTES:
        return count
    outside = STRING.sub(b"", unescaped)
    return sum(outside.count(separator) for separator in SEPARATORS)


def _is_deep(document: Any) -> bool:
    level = [document] if isinstance(document, dict | list) else []
    for _ in range(MAX_NESTING):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return False
    return True
