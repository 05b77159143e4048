"""Files stream from one instance to another: read in chunks, hashed on the way, never held whole."""

import hashlib
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import requests
from requests_toolbelt import MultipartEncoder
from urllib3.exceptions import HTTPError

from sidecar.directus.client import Directus
from sidecar.errors import Unreachable

CHUNK_BYTES = 64 * 1024


class Download:
    """The original bytes of one asset as a file-like object; ``size`` in bytes, ``sha256`` of what was read so far."""

    def __init__(self, instance: Directus, file_id: str) -> None:
        self._url = f"{instance.url}/assets/{file_id}"
        self._response = instance.open(f"/assets/{file_id}")
        self._hash = hashlib.sha256()
        self.size = self._announced_size()
        self.bytes_read = 0

    def __enter__(self) -> "Download":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._response.close()

    @property
    def len(self) -> int:
        """What is left to read, in bytes: the name under which the multipart encoder asks for it."""
        return self.size - self.bytes_read

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, b"" at the end. Raises Unreachable when the connection broke off."""
        wanted = CHUNK_BYTES if size < 0 else size
        try:
            chunk: bytes = self._response.raw.read(wanted) if wanted else b""
        except (OSError, requests.RequestException, HTTPError) as error:
            raise Unreachable(f"{self._url} broke off: {error}") from error
        if wanted and not chunk and self.bytes_read < self.size:
            raise Unreachable(f"{self._url} ended after {self.bytes_read} of {self.size} bytes")
        self._hash.update(chunk)
        self.bytes_read += len(chunk)
        return chunk

    def drain(self) -> None:
        """Read to the end, for the digest alone."""
        while self.read(CHUNK_BYTES):
            pass

    def _announced_size(self) -> int:
        length = self._response.headers.get("Content-Length", "")
        if not length.isdigit():
            self._response.close()
            raise Unreachable(f"{self._url} did not say how many bytes it has")
        return int(length)


def upload(instance: Directus, method: str, path: str, fields: Mapping[str, str], download: Download,
           filename: str, content_type: str) -> Any:
    """Send ``download`` as a multipart body; Directus wants the text ``fields`` before the file's part."""
    body = MultipartEncoder({**fields, "file": (filename, download, content_type)})
    return instance.send_stream(method, path, body, body.content_type)
