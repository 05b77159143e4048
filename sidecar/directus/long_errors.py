"""Long errors: their beginning and end are kept, and what is left is still read.

Directus begins a message with the statement that its database refused, which may repeat a batch of
several MB, and ends it with the reason.
"""

import json
import re
from contextlib import suppress
from typing import Any

import orjson

KEPT_BYTES = 64 * 1024
HALF = KEPT_BYTES // 2
CUT = " … ".encode()
# A character or an escape sequence of JSON that is cut in two, and half a surrogate pair.
CUT_ESCAPE = re.compile(rb"\\+(u([0-9a-fA-F]{0,3}|[dD][89abAB][0-9a-fA-F]{2}))?\Z")
CUT_CHARACTER = re.compile(rb"[\xc0-\xff][\x80-\xbf]*\Z")
START_OF_REST = re.compile(rb"\\*[^\\]?[\x80-\xbf]*")
FIRST_ERROR = re.compile(r'\s*\{\s*"errors"\s*:\s*\[\s*')
# It may have no end.
TEXT = rb'"%s"\s*:\s*"((?:[^"\\]|\\.)*)'
MESSAGE = re.compile(TEXT % b"message")
EXTENSIONS = {name: re.compile(TEXT % name.encode()) for name in ("code", "service", "field")}


class Excerpt:
    """The beginning and the end of a body that is read in portions, KEPT_BYTES together."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self._is_cut = False

    def add(self, portion: bytes) -> None:
        """Take the next portion, which is small."""
        room = HALF - len(self._head)
        self._head += portion[:room]
        self._tail += portion[room:]
        if len(self._tail) > HALF:
            self._is_cut = True
            del self._tail[:-HALF]

    def content(self) -> bytes:
        """The body, with CUT for what was left out of its middle.

        Where that was a part of one long text, as usual, it is still JSON.
        """
        if not self._is_cut:
            return bytes(self._head + self._tail)
        head = CUT_ESCAPE.sub(b"", CUT_CHARACTER.sub(b"", bytes(self._head)))
        return head + CUT + START_OF_REST.sub(b"", bytes(self._tail), count=1)


def first_error_in(content: bytes) -> dict[str, Any] | None:
    """Return the first error in a body that is not JSON, because it was cut, as far as it can be
    read. None: it has none."""
    text = content.decode(errors="replace")
    start = FIRST_ERROR.match(text)
    if not start:
        return None
    with suppress(ValueError, RecursionError):
        error, _ = json.JSONDecoder().raw_decode(text, start.end())
        return error if isinstance(error, dict) else None
    texts = {name: _text(pattern, content) for name, pattern in EXTENSIONS.items()}
    return {"message": _text(MESSAGE, content), "extensions": texts}


def _text(pattern: re.Pattern[bytes], content: bytes) -> str | None:
    if not (match := pattern.search(content)):
        return None
    with suppress(orjson.JSONDecodeError):
        text: str = orjson.loads(b'"' + match[1] + b'"')
        return text
    return match[1].decode(errors="replace")
