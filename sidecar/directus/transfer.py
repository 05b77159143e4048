"""Files stream from one instance to another: read in chunks, hashed on the way, never held whole
unless small."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import requests
from blake3 import blake3
from urllib3.exceptions import HTTPError

from sidecar.directus.client import Directus
from sidecar.errors import NotADirectus, Unreachable

CHUNK_BYTES = 1024 * 1024
MAX_DIGITS = 20
LINE_END = b"\r\n"
_FORM = "multipart/form-data; boundary={}"
# What would end a quoted file name, or make Directus take a part of it for a folder.
NOT_IN_NAMES = str.maketrans(dict.fromkeys([*map(chr, range(32)), '"', "/", "\\", "\x7f"], "_"))
UNKNOWN_TYPE = "application/octet-stream"


class Download:
    """The original bytes of one asset, gone through once; ``size`` in bytes, ``blake3`` of what was
    read so far.

    SHA-256 takes as long as all else that is done with a large file on its way.
    """

    def __init__(self, instance: Directus, file_id: str) -> None:
        self._url = f"{instance.url}/assets/{file_id}"
        self._pace = instance.pace
        self._response = instance.open(f"/assets/{file_id}")
        self._hash = blake3()
        self.size = self._announced_size()

    def __enter__(self) -> "Download":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Read no further."""
        self._response.close()

    def __iter__(self) -> Iterator[bytes]:
        """The bytes in chunks. Raises Unreachable when the connection broke off, and what is to
        stop a request."""
        left = self.size
        while left:
            self._pace.go_on()
            chunk = self._read(min(left, CHUNK_BYTES))
            if not chunk:
                raise Unreachable(
                    f"{self._url} ended after {self.size - left} of {self.size} bytes"
                )
            self._hash.update(chunk)
            left -= len(chunk)
            yield chunk
        # An answer that was read to its end leaves its connection for the next request.
        self._read(1)

    @property
    def blake3(self) -> str:
        return self._hash.hexdigest()

    def _read(self, size: int) -> bytes:
        try:
            chunk: bytes = self._response.raw.read(size)
        except (OSError, requests.RequestException, HTTPError) as error:
            self._pace.go_on()
            raise Unreachable(f"{self._url} broke off: {error}") from error
        return chunk

    def _announced_size(self) -> int:
        headers = self._response.headers
        length = headers.get("Content-Length", "")
        # Directus names each asset; a page of something in front of it has no name, and is not to
        # be stored for a file.
        if "Content-Disposition" in headers and length.isdecimal() and len(length) < MAX_DIGITS:
            return int(length)
        self._response.close()
        if "Content-Disposition" not in headers:
            raise NotADirectus(f"{self._url} answered something that Directus would not")
        raise Unreachable(f"{self._url} did not say how many bytes it has")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an upload: ``size`` bytes of ``content``, and the text ``fields`` that Directus
    wants before it."""

    filename: str
    content_type: str
    size: int
    content: Iterable[bytes]
    fields: Mapping[str, str] = field(default_factory=dict)


def upload(instance: Directus, method: str, path: str, part: Callable[[], Part]) -> Any:
    """Send one file, which is opened by ``part`` when it is its turn."""
    boundary = uuid.uuid4().hex
    return instance.send_file(
        method, path, lambda: _Body(boundary, [part()]), _FORM.format(boundary)
    )


def upload_together(instance: Directus, path: str, parts: Sequence[Part]) -> Any:
    """Send several small files in one request, which is held in memory."""
    boundary = uuid.uuid4().hex
    return instance.send_file(
        "POST", path, b"".join(_Body(boundary, parts)), _FORM.format(boundary)
    )


class _Body:
    """Chunks of a multipart body; ``len``, in bytes, is the name under which requests asks for its
    length."""

    def __init__(self, boundary: str, parts: Sequence[Part]) -> None:
        self._heads = [(_head(boundary, part), part) for part in parts]
        self._end = f"--{boundary}--\r\n".encode()
        self.len = len(self._end) + sum(
            len(head) + part.size + len(LINE_END) for head, part in self._heads
        )

    def __iter__(self) -> Iterator[bytes]:
        for head, part in self._heads:
            yield head
            yield from part.content
            yield LINE_END
        yield self._end


def _head(boundary: str, part: Part) -> bytes:
    """What comes before the bytes of a file."""
    texts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in part.fields.items()
    ]
    name = part.filename.translate(NOT_IN_NAMES)
    kind = (
        part.content_type
        if part.content_type.isascii() and part.content_type.isprintable()
        else UNKNOWN_TYPE
    )
    texts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return "".join(texts).encode()
