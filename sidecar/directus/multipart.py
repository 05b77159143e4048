"""Multipart bodies for uploads, made chunk by chunk."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

LINE_END = b"\r\n"
# These would end a quoted file name, or Directus would read a part of the name as a folder.
NOT_IN_NAMES = str.maketrans(dict.fromkeys([*map(chr, range(32)), '"', "/", "\\", "\x7f"], "_"))
UNKNOWN_TYPE = "application/octet-stream"


def new_boundary() -> str:
    """Return a separator that occurs in no file."""
    return uuid.uuid4().hex


def content_type_of(boundary: str) -> str:
    """Return the Content-Type header for a body with this boundary."""
    return f"multipart/form-data; boundary={boundary}"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an upload."""

    filename: str
    content_type: str
    # In bytes, of the whole ``content``.
    size: int
    # The chunks, which are read once.
    content: Iterable[bytes]
    # Text fields, which Directus expects before the file.
    fields: Mapping[str, str] = field(default_factory=dict)


class Body:
    """The chunks of a body. requests reads its length in bytes from ``len``."""

    def __init__(self, boundary: str, parts: Sequence[Part]) -> None:
        self._parts = [(_head(boundary, part), part) for part in parts]
        self._end = f"--{boundary}--\r\n".encode()
        self.len = len(self._end) + sum(
            len(head) + part.size + len(LINE_END) for head, part in self._parts
        )

    def __iter__(self) -> Iterator[bytes]:
        for head, part in self._parts:
            yield head
            yield from part.content
            yield LINE_END
        yield self._end


def _head(boundary: str, part: Part) -> bytes:
    """Return what precedes the bytes of a file."""
    texts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in part.fields.items()
    ]
    filename = part.filename.translate(NOT_IN_NAMES)
    texts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
        f"Content-Type: {_safe_type(part.content_type)}\r\n\r\n"
    )
    return "".join(texts).encode()


def _safe_type(content_type: str) -> str:
    """Return a type that cannot break out of its header."""
    is_safe = content_type.isascii() and content_type.isprintable()
    return content_type if is_safe else UNKNOWN_TYPE
