"""Transfers: uploads as they are sent, and downloads that end early or are not an asset."""

from collections.abc import Iterator

import pytest
import stamina
from blake3 import blake3

from sidecar.cancellation import CancelToken
from sidecar.directus.client import Directus
from sidecar.directus.multipart import Part
from sidecar.directus.transfer import (
    CHUNK_BYTES,
    Download,
    upload,
    upload_together,
)
from sidecar.errors import (
    Cancelled,
    NotADirectus,
    Unreachable,
)
from tests.stack.answering import Answering
from tests.unit.directus.fake_instances import FakeInstance, connected
from tests.unit.directus.test_multipart import parse

GOOD = b'{"data": {"id": "1"}}'
ASSET = {"Content-Disposition": "inline"}


@pytest.fixture(autouse=True)
def no_waits() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
def instance() -> Iterator[FakeInstance]:
    instance = FakeInstance("instance")
    with connected(instance):
        yield instance


def parts_sent(server: Answering) -> list[tuple[str, str | None, bytes]]:
    (headers,) = server.headers
    return parse(
        next(value for name, value in headers.items() if name.lower() == "content-type"),
        server.bodies[0],
    )


def test_several_files_are_sent_in_one_request_each_after_its_fields() -> None:
    with Answering(GOOD) as server:
        parts = [
            Part("a.txt", "text/plain", 3, [b"abc"], {"id": "1"}),
            Part("b.txt", "text/plain", 0, [], {"id": "2"}),
        ]
        upload_together(Directus(server.url, "t"), "/files", parts)
    assert server.received == [("POST", "/files")]
    assert parts_sent(server) == [
        ("id", None, b"1"),
        ("file", "a.txt", b"abc"),
        ("id", None, b"2"),
        ("file", "b.txt", b""),
    ]


def test_a_stream_is_opened_when_it_may_be_sent_and_sent_with_its_length() -> None:
    with Answering(GOOD) as server:
        upload(
            Directus(server.url, "t"),
            "PATCH",
            "/files/1",
            lambda: Part("a.bin", "application/octet-stream", 6, (b"abc" for _ in range(2))),
        )
    assert parts_sent(server) == [("file", "a.bin", b"abcabc")]


def test_an_asset_is_read_in_chunks_and_hashed(instance: FakeInstance) -> None:
    content = b"x" * (CHUNK_BYTES + 1)
    instance.answers = {"/assets/1": (200, ASSET, content)}
    with Download(instance.client(), "1") as download:
        assert download.size == len(content)
        assert [len(chunk) for chunk in download] == [CHUNK_BYTES, 1]
    assert download.blake3 == blake3(content).hexdigest()


def test_a_file_that_ends_early_is_noticed() -> None:
    with (
        Answering((200, {"Content-Length": "10", **ASSET}, b"short")) as server,
        Download(Directus(server.url, "t"), "id") as download,
        pytest.raises(Unreachable),
    ):
        list(download)


def test_a_page_of_something_in_front_of_directus_is_not_stored_as_a_file(
    instance: FakeInstance,
) -> None:
    instance.answers = {"/assets/id": (200, {"Content-Type": "text/html"}, b"<html>")}
    with pytest.raises(NotADirectus):
        Download(instance.client(), "id")


@pytest.mark.parametrize("length", ["", "many", "9" * 20])
def test_an_asset_without_a_size_is_not_read(instance: FakeInstance, length: str) -> None:
    instance.answers = {"/assets/id": (200, {**ASSET, "Content-Length": length}, b"x")}
    with pytest.raises(Unreachable, match="did not say how many bytes"):
        Download(instance.client(), "id")


def test_a_cancelled_run_stops_a_download_between_two_chunks(instance: FakeInstance) -> None:
    instance.answers = {"/assets/1": (200, ASSET, b"x" * (2 * CHUNK_BYTES))}
    client = instance.client()
    received: list[int] = []
    client.cancel = CancelToken(lambda: bool(received))
    with Download(client, "1") as download, pytest.raises(Cancelled):
        received.extend(len(chunk) for chunk in download)
    assert received == [CHUNK_BYTES]


def test_the_id_of_a_file_is_one_segment_of_the_path() -> None:
    with Answering(GOOD) as server, pytest.raises(NotADirectus):
        Download(Directus(server.url, "t"), "../users?export=json")
    assert server.received == [("GET", "/assets/..%2Fusers%3Fexport%3Djson")]
