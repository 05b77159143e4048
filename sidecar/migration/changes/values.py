"""The values of a changed row as they are stored: long ones are cut."""

import json
from collections.abc import Mapping
from itertools import takewhile
from operator import eq
from typing import Any

import orjson

MAX_CHARACTERS = 100_000
# So much of what is equal is shown before the first difference of long texts.
CONTEXT = 1_000
ELLIPSIS = "…"


def encode(fields: Mapping[str, tuple[Any, Any]]) -> bytes:
    """JSON: field -> [before, after], and a third value if they were cut."""
    stored = {name: _stored(before, after) for name, (before, after) in fields.items()}
    try:
        return orjson.dumps(stored)
    except TypeError:
        # Whole numbers of more than 64 bits, and half characters.
        return json.dumps(stored, default=str).encode()


def decode(stored: bytes | None) -> tuple[dict[str, tuple[Any, Any]] | None, tuple[str, ...]]:
    """The values, and the names of those that were cut. None: they are not stored."""
    if stored is None:
        return None, ()
    fields: dict[str, list[Any]] = json.loads(stored)
    cut = tuple(name for name, values in fields.items() if len(values) > 2)
    return {name: (values[0], values[1]) for name, values in fields.items()}, cut


def _stored(before: Any, after: Any) -> list[Any]:
    texts = [_text(before), _text(after)]
    if all(len(text) <= MAX_CHARACTERS for text in texts):
        return [before, after]
    start = 0 if None in (before, after) else max(0, _equal_length(*texts) - CONTEXT)
    values = zip((before, after), texts, strict=True)
    return [*(None if value is None else _part(text, start) for value, text in values), True]


def _equal_length(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(bool, map(eq, one, other)))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def _part(text: str, start: int) -> str:
    end = start + MAX_CHARACTERS
    return (ELLIPSIS if start else "") + text[start:end] + (ELLIPSIS if text[end:] else "")
