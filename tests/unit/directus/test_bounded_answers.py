"""Whatever a side sends, reading it ends: soon, in little memory, and with an error that is named.

The servers are real, because the limits lie between the socket and the parser.
"""

import json
import resource
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count, repeat
from typing import Any

import pytest
import stamina

from sidecar.directus.client import Directus, Row
from sidecar.directus.deadline import Deadline
from sidecar.directus.multipart import Part
from sidecar.directus.pages import PageReader
from sidecar.directus.retry import LONG, ONCE
from sidecar.directus.transfer import CHUNK_BYTES, Download, upload
from sidecar.errors import (
    AnswerTooLarge,
    DirectusError,
    DirectusRejected,
    NotADirectus,
    TookTooLong,
    Unreachable,
)
from tests.stack import liar
from tests.stack.answering import Answering
from tests.stack.liar import Attack, Liar
from tests.stack.ports import LOOPBACK
from tests.unit.directus.fake_collection import FakeCollection

PATH = "/items/a"
Ask = Callable[[], Any]
MEGABYTE = 1_000_000
# Every request ends in this time, although the next byte is always near.
HASTY = replace(ONCE, answer_seconds=0.4)
ASSET = b"HTTP/1.1 200 OK\r\nContent-Disposition: inline\r\nContent-Length: 1000000\r\n\r\n"


@pytest.fixture(autouse=True)
def no_waits() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture
def server() -> Iterator[Liar]:
    with Liar() as server:
        yield server


def asks(client: Directus) -> list[Ask]:
    return [
        lambda: client.get(PATH),
        lambda: client.search(PATH, {}),
        lambda: client.update(PATH, [], fields=[]),
    ]


@pytest.mark.parametrize(
    "attack",
    [
        liar.gzip_bomb(),
        liar.twice_packed_bomb(),
        liar.endless_body,
        liar.endless_headers,
        liar.endless_status_lines,
        liar.endless_chunk_size,
        liar.endless_trailers,
        liar.many_values(),
        liar.deep_values(),
    ],
    ids=lambda attack: attack.__qualname__,
)
def test_an_answer_without_end_is_given_up(server: Liar, attack: Attack) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    server.attacks[PATH] = attack
    for ask in asks(Directus(server.url, "t", retry_policy=replace(ONCE, answer_seconds=10.0))):
        with pytest.raises((AnswerTooLarge, NotADirectus, Unreachable)):
            ask()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000


def test_an_endless_error_is_cut_and_remains_an_error(server: Liar) -> None:
    head = b"HTTP/1.1 400 Bad\r\n\r\n"
    server.attacks[PATH] = lambda: chain([head], repeat(liar.ZEROS))
    with pytest.raises(DirectusRejected) as caught:
        Directus(server.url, "t", retry_policy=ONCE).get(PATH)
    assert caught.value.code == "HTTP_400"


@pytest.mark.parametrize("megabytes", [1, 10])
def test_an_error_that_repeats_a_batch_is_an_error_of_directus(
    server: Liar, megabytes: int
) -> None:
    """A page of something in front of Directus would be asked for again."""
    message = f"insert into {'x' * megabytes * MEGABYTE} - value too long"
    error = {"message": message, "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
    content = json.dumps({"errors": [error]}, separators=(",", ":")).encode()
    head = f"HTTP/1.1 500 Error\r\nContent-Length: {len(content)}\r\n\r\n".encode()
    server.attacks[PATH] = lambda: iter([head, content])
    with pytest.raises(DirectusRejected) as caught:
        Directus(server.url, "t", retry_policy=ONCE).get(PATH)
    assert caught.value.status == 500
    assert megabytes > 8 or caught.value.message.endswith("value too long")


@pytest.mark.parametrize("start", ["status", "body", "error", "chunks"])
def test_a_dripping_answer_ends_in_time(server: Liar, start: str) -> None:
    chunked = liar.HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    server.every = {
        "status": server.drip_from_the_start,
        "body": server.drip,
        "error": lambda: server.drip(b"HTTP/1.1 500 No\r\n\r\n"),
        "chunks": lambda: server.drip(chunked),
    }[start]
    client = Directus(server.url, "t", retry_policy=HASTY)
    more: list[Ask] = [lambda: client.read_text(PATH), lambda: Download(client, "a")]
    for ask in asks(client) + more:
        began = time.monotonic()
        with pytest.raises(DirectusError):
            ask()
        assert time.monotonic() - began < 2 * HASTY.answer_seconds


def test_a_dripping_answer_did_not_come_in_time(server: Liar) -> None:
    server.every = server.drip
    with pytest.raises(Unreachable, match="did not answer in time"):
        Directus(server.url, "t", retry_policy=HASTY).get(PATH)


def test_a_dripping_file_ends_in_time(server: Liar) -> None:
    server.attacks["/assets/a"] = lambda: server.drip(ASSET)
    with (
        pytest.raises(Unreachable),
        Download(Directus(server.url, "t", retry_policy=HASTY), "a") as file,
    ):
        list(file)


def test_a_large_file_has_time_for_each_of_its_parts() -> None:
    """The time in which the destination takes a part does not count."""
    content = b"x" * (3 * CHUNK_BYTES)
    with (
        Answering((200, {"Content-Disposition": "inline"}, content)) as server,
        Download(Directus(server.url, "t", retry_policy=HASTY), "a") as file,
    ):
        size = 0
        for chunk in file:
            size += len(chunk)
            time.sleep(HASTY.answer_seconds)
    assert size == len(content)


def test_a_client_ends_all_its_requests_in_its_own_time(server: Liar) -> None:
    server.every = server.drip
    client = Directus(server.url, "t", retry_policy=LONG, deadline=Deadline(0.3))
    began = time.monotonic()
    with pytest.raises(TookTooLong, match="answers too slowly"):
        client.get(PATH)
    assert time.monotonic() - began < 2


def test_clients_that_share_a_deadline_end_together(server: Liar) -> None:
    server.every = server.drip
    deadline = Deadline(0.4)
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(TookTooLong):
            Directus(server.url, "t", retry_policy=LONG, deadline=deadline).get(PATH)
    assert time.monotonic() - began < 0.8


def test_a_connection_gets_no_more_time_than_is_left() -> None:
    assert Deadline(3).shorten(10) <= 3
    assert 0 < Deadline(-1).shorten(10) < 0.1
    assert Deadline().shorten(10) == 10


def test_waiting_for_an_announced_limit_ends_with_the_time_of_the_client() -> None:
    with Answering(b'{"data": 1}') as server:
        client = Directus(server.url, "t", retry_policy=LONG, deadline=Deadline(0.5))
        client.limiter.allow(1, 10**9)
        client.get(PATH)
        with pytest.raises(TookTooLong):
            client.get(PATH)
        assert len(server.received) == 1


def test_a_large_row_is_read() -> None:
    rows = [{"id": 1, "text": "1,2,[{" * 4 * MEGABYTE}]
    with Liar() as server:
        server.attacks[PATH] = liar.data(rows)
        assert Directus(server.url, "t").search(PATH, {}) == rows


class _LargeRows(FakeCollection):
    """Answers no more than three characters of text at a time."""

    def search(self, path: str, query: Mapping[str, Any]) -> list[Row]:
        return _small(super().search(path, query))

    def search_keys(self, path: str, keys: Sequence[Any], fields: Iterable[str]) -> list[Row]:
        return _small(super().search_keys(path, keys, fields))


def _small(rows: list[Row]) -> list[Row]:
    if sum(len(row.get("text", "")) for row in rows) > 3:
        raise AnswerTooLarge("too large")
    return rows


@pytest.mark.parametrize("key_type", ["integer", "uuid"])
def test_a_page_of_large_rows_is_read_in_parts(key_type: str) -> None:
    rows = [{"id": number, "text": "x" * (number % 3 + 1)} for number in range(250)]
    reader = PageReader(_LargeRows(rows).client(), PATH, "id", key_type, ["id", "text"], None)
    assert [row for page in reader.pages() for row in page] == rows


def test_a_row_that_is_too_large_is_named_and_the_others_are_read() -> None:
    rows = [{"id": number, "text": "x" * (4 if number == 5 else 1)} for number in range(10)]
    found = _Found()
    reader = PageReader(
        _LargeRows(rows).client(), PATH, "id", "integer", ["id", "text"], None, None, found
    )
    assert [row["id"] for page in reader.pages() for row in page] == [0, 1, 2, 3, 4, 6, 7, 8, 9]
    assert found.keys == [5]


class _Found:
    exhausted = False

    def __init__(self) -> None:
        self.keys: list[Any] = []

    def add(self, keys: Sequence[Any], columns: Sequence[str], error: DirectusError) -> None:
        assert (list(columns), error.code) == (["text"], "ANSWER_TOO_LARGE")
        self.keys += keys


def test_the_answer_to_an_upload_is_limited_too(server: Liar) -> None:
    """An upload opens a download from the other side in its midst."""
    server.attacks["/files"] = server.drip
    with Answering((200, {"Content-Disposition": "inline"}, b"content")) as source:
        reader = Directus(source.url, "t", retry_policy=HASTY)
        writer = Directus(server.url, "t", retry_policy=HASTY)

        def part() -> Part:
            download = Download(reader, "a")
            return Part("a", "text/plain", download.size, download, {})

        began = time.monotonic()
        with pytest.raises(Unreachable, match="did not answer in time"):
            upload(writer, "POST", "/files", part)
        assert time.monotonic() - began < 4 * HASTY.answer_seconds


def test_an_upload_may_take_longer_than_its_answer() -> None:
    def slowly() -> Iterator[bytes]:
        for _ in range(4):
            time.sleep(HASTY.answer_seconds / 2)
            yield b"x" * 1_000

    with Answering(b'{"data": 1}') as server:
        client = Directus(server.url, "t", retry_policy=HASTY)
        upload(client, "POST", "/files", lambda: Part("a", "text/plain", 4_000, slowly(), {}))


def test_a_body_that_nobody_reads_ends_in_time() -> None:
    with socket.create_server((LOOPBACK, 0)) as silent:
        client = Directus(f"http://{LOOPBACK}:{silent.getsockname()[1]}", "t", retry_policy=HASTY)
        began = time.monotonic()
        with pytest.raises(Unreachable):
            client.send("POST", PATH, body=b"x" * 32 * MEGABYTE)
        assert time.monotonic() - began < 2


def test_cookies_do_not_pile_up(server: Liar) -> None:
    numbers = count()
    server.every = lambda: liar.body(
        b'{"data": 1}', *(f"Set-Cookie: c{next(numbers)}=1" for _ in range(15))
    )()
    client = Directus(server.url, "t")
    for _ in range(5):
        client.get(PATH)
    assert len(client._sessions.current().cookies) <= 35
