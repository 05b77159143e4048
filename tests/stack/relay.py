"""The little of HTTP/1.1 that a proxy has to understand: heads are read, bodies pass through in
pieces."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

MOST_HEAD_BYTES = 256 * 1024
PIECE_BYTES = 64 * 1024
END_OF_LINE = b"\r\n"


class Sink(Protocol):
    """Where bytes go: a StreamWriter, or something that keeps them."""

    def write(self, data: bytes) -> None: ...

    async def drain(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request or an answer: as it came, its first line in words, and its headers in
    lower case."""

    raw: bytes
    words: list[str]
    headers: Mapping[str, str]


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """The next head; None when the other side has closed. Raises IncompleteReadError when it closed
    in the middle."""
    try:
        raw = await reader.readuntil(END_OF_LINE * 2)
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first, *lines = raw.decode("latin-1").rstrip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Head(raw, first.split(" ", 2), {name.lower(): value.strip() for name, _, value in pairs})


async def relay_body(head: Head, reader: asyncio.StreamReader, writer: Sink) -> bool:
    """Pass on the body that ``head`` announces; returns False when it announces none."""
    if "chunked" in head.headers.get("transfer-encoding", "").lower():
        await _relay_chunks(reader, writer)
    elif "content-length" in head.headers:
        await _relay_bytes(int(head.headers["content-length"]), reader, writer)
    else:
        return False
    return True


async def relay_rest(reader: asyncio.StreamReader, writer: Sink) -> None:
    """Pass on everything until the other side closes."""
    while piece := await reader.read(PIECE_BYTES):
        await _write(writer, piece)


async def _relay_bytes(count: int, reader: asyncio.StreamReader, writer: Sink) -> None:
    while count:
        piece = await reader.read(min(count, PIECE_BYTES))
        if not piece:
            raise asyncio.IncompleteReadError(b"", count)
        count -= len(piece)
        await _write(writer, piece)


async def _relay_chunks(reader: asyncio.StreamReader, writer: Sink) -> None:
    size = -1
    while size:
        line = await reader.readuntil(END_OF_LINE)
        writer.write(line)
        size = int(line.split(b";")[0], 16)
        if size:
            await _relay_bytes(size + len(END_OF_LINE), reader, writer)
    trailer = b""
    while trailer != END_OF_LINE:
        trailer = await reader.readuntil(END_OF_LINE)
        await _write(writer, trailer)


async def _write(writer: Sink, piece: bytes) -> None:
    writer.write(piece)
    await writer.drain()
