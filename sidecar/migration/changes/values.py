"""The values of a changed row as they are stored: long ones are cut."""

import json
from collections.abc import Mapping
from itertools import takewhile
from operator import eq
from typing import Any

import orjson

MAX_CHARACTERS = 100_000
# Of each value, if those of the row are still too many.
FEWER_CHARACTERS = (10_000, 1_000, 100)
MAX_ROW_BYTES = 1_000_000
# So much of what is equal is shown before the first difference of long texts.
CONTEXT = 1_000
ELLIPSIS = "…"


def to_json(value: Any) -> bytes:
    """JSON of whatever a row may hold."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # Whole numbers of more than 64 bits, and half characters.
        return json.dumps(value, default=str).encode()


def encode(fields: Mapping[str, tuple[Any, Any]]) -> bytes:
    """JSON: field -> [before, after], and a third value if they were cut."""
    stored = b""
    for characters in (MAX_CHARACTERS, *FEWER_CHARACTERS):
        values = {name: _stored(*both, characters) for name, both in fields.items()}
        stored = to_json(values)
        if len(stored) <= MAX_ROW_BYTES:
            break
    return stored


def decode(stored: bytes | None) -> tuple[dict[str, tuple[Any, Any]] | None, tuple[str, ...]]:
    """The values, and the names of those that were cut. None: they are not stored."""
    if stored is None:
        return None, ()
    fields: dict[str, list[Any]] = json.loads(stored)
    cut = tuple(name for name, values in fields.items() if len(values) > 2)
    return {name: (values[0], values[1]) for name, values in fields.items()}, cut


def _stored(before: Any, after: Any, characters: int) -> list[Any]:
    texts = _text(before), _text(after)
    if all(len(text) <= characters for text in texts):
        return [before, after]
    context = min(CONTEXT, characters // 2)
    start = 0 if None in (before, after) else max(0, _equal_length(*texts) - context)
    values = zip((before, after), texts, strict=True)
    shown = (None if value is None else _part(text, start, characters) for value, text in values)
    return [*shown, True]


def _equal_length(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(bool, map(eq, one, other)))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def _part(text: str, start: int, characters: int) -> str:
    end = start + characters
    return (ELLIPSIS if start else "") + text[start:end] + (ELLIPSIS if text[end:] else "")
