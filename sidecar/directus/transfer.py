"""Streams files from one instance to another.

A file is read in chunks and hashed on the way. Only a small file is ever held in memory as a whole.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

import requests
from blake3 import blake3
from urllib3.exceptions import HTTPError

from sidecar.closing import Closing
from sidecar.directus.answers import UNEXPECTED_ANSWER
from sidecar.directus.client import Directus
from sidecar.directus.multipart import Body, Part, content_type_of, new_boundary
from sidecar.errors import NotADirectus, Unreachable

CHUNK_BYTES = 1024 * 1024
# A longer Content-Length is no size of a file.
MAX_SIZE_DIGITS = 19


class Download(Closing):
    """The original bytes of one asset, which can be read once. ``size`` is in bytes.

    Raises DirectusError: NotADirectus when the answer is not an asset, Unreachable when its size is
    not known.
    """

    # The hash is BLAKE3, because SHA-256 takes as long as everything else in a transfer.

    def __init__(self, instance: Directus, file_id: str) -> None:
        path = f"/assets/{quote(file_id, safe='')}"
        self._url = instance.url + path
        self._instance = instance
        self._response = instance.open(path)
        self._hash = blake3()
        self.size = self._announced_size()

    def close(self) -> None:
        """Stop reading."""
        self._response.close()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes in chunks of at most CHUNK_BYTES.

        Raises Unreachable when the connection breaks, and Cancelled when the run stops.
        """
        left = self.size
        while left:
            self._instance.cancel.check()
            chunk = self._read(min(left, CHUNK_BYTES))
            if not chunk:
                raise Unreachable(
                    f"{self._url} ended after {self.size - left} of {self.size} bytes"
                )
            self._hash.update(chunk)
            left -= len(chunk)
            yield chunk
        # A connection serves the next request only after its answer was read to the end.
        self._read(1)

    @property
    def blake3(self) -> str:
        """The BLAKE3 hash, in hexadecimal digits, of the bytes that were read so far."""
        return self._hash.hexdigest()

    def _read(self, size: int) -> bytes:
        try:
            chunk: bytes = self._response.raw.read(size)
        except (OSError, requests.RequestException, HTTPError) as error:
            self._instance.cancel.check()
            raise Unreachable(f"The connection to {self._url} broke: {error}") from error
        return chunk

    def _announced_size(self) -> int:
        headers = self._response.headers
        # Directus names each asset. A page from something in front of Directus has no name, and
        # must not be stored as the file.
        is_asset = "Content-Disposition" in headers
        length = headers.get("Content-Length", "")
        if is_asset and length.isdecimal() and len(length) <= MAX_SIZE_DIGITS:
            return int(length)
        self._response.close()
        if not is_asset:
            raise NotADirectus(UNEXPECTED_ANSWER.format(self._url))
        raise Unreachable(f"{self._url} did not say how many bytes it has")


def upload(instance: Directus, method: str, path: str, part: Callable[[], Part]) -> Any:
    """Send one file and return the ``data`` of the answer. ``part`` opens it when it may be sent.

    Raises DirectusError, or what ``part`` raises.
    """
    boundary = new_boundary()
    return instance.send_file(
        method, path, lambda: Body(boundary, [part()]), content_type_of(boundary)
    )


def upload_together(instance: Directus, path: str, parts: Sequence[Part]) -> Any:
    """Send several small files in one request, held in memory, and return the answer's ``data``.

    Raises DirectusError.
    """
    boundary = new_boundary()
    body = b"".join(Body(boundary, parts))
    return instance.send_file("POST", path, body, content_type_of(boundary))
