"""Files as multipart bodies that are read in pieces, from disk or out of nothing, and never held
whole."""

import random
from io import BytesIO

from tests.bench.lab import Readable

BOUNDARY = "a-boundary-that-no-file-has-in-it"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="file-{{}}.bin"\r\n'
    "Content-Type: application/octet-stream\r\n\r\n"
)
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


class Noise:
    """``size`` random bytes, the same ones for the same ``seed``."""

    def __init__(self, seed: int, size: int) -> None:
        self._seed = seed
        self._size = size
        self.seek(0)

    def read(self, size: int = -1) -> bytes:
        left = self._size - self._position
        piece = self._random.randbytes(left if size < 0 else min(size, left))
        self._position += len(piece)
        return piece

    def seek(self, position: int) -> int:
        """To the start only."""
        self._random = random.Random(self._seed)
        self._position = position
        return position

    def tell(self) -> int:
        return self._position


class Form:
    """One file as the body of POST /files; the body itself has ``size`` bytes."""

    def __init__(self, number: int, content: Readable, size: int) -> None:
        head = HEAD.format(number).encode()
        self._parts: list[Readable] = [BytesIO(head), content, BytesIO(TAIL)]
        self.size = len(head) + size + len(TAIL)

    def read(self, size: int = -1) -> bytes:
        """The next piece, b"" at the end."""
        return next((piece for part in self._parts if (piece := part.read(size))), b"")

    def seek(self, position: int) -> int:
        """To the start only."""
        for part in self._parts:
            part.seek(0)
        return position

    def tell(self) -> int:
        return sum(part.tell() for part in self._parts)
