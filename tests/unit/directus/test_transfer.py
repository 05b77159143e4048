"""Uploads as they are sent: lengths are right, nothing in a name breaks out of its place."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import cast

from sidecar.directus.client import Directus
from sidecar.directus.transfer import Part, upload, upload_together
from tests.stack.answering import Answering

GOOD = b'{"data": {"id": "1"}}'


def test_several_files_go_in_one_request_each_after_its_fields() -> None:
    with Answering(GOOD) as server:
        parts = [
            Part("a.txt", "text/plain", 3, [b"abc"], {"id": "1"}),
            Part("b.txt", "text/plain", 0, [], {"id": "2"}),
        ]
        upload_together(Directus(server.url, "t"), "/files", parts)
    assert server.received == [("POST", "/files")]
    assert [part for part in parsed(server) if part[0] == "id"] == [
        ("id", None, b"1"),
        ("id", None, b"2"),
    ]
    assert [part for part in parsed(server) if part[0] == "file"] == [
        ("file", "a.txt", b"abc"),
        ("file", "b.txt", b""),
    ]


def test_a_stream_is_opened_when_it_is_its_turn_and_sent_with_its_length() -> None:
    with Answering(GOOD) as server:
        upload(
            Directus(server.url, "t"),
            "PATCH",
            "/files/1",
            lambda: Part("a.bin", "application/octet-stream", 6, (b"abc" for _ in range(2))),
        )
    assert parsed(server) == [("file", "a.bin", b"abcabc")]


def test_a_name_or_a_type_cannot_break_out_of_its_header() -> None:
    with Answering(GOOD) as server:
        part = Part('x";\r\nX-Evil: 1\r\n\r\n/../é.svg', "text/plain\r\nX-Evil: 1", 1, [b"x"])
        upload_together(Directus(server.url, "t"), "/files", [part])
    assert parsed(server) == [("file", "x_;__X-Evil: 1_____.._é.svg", b"x")]
    assert b"\r\nX-Evil" not in server.bodies[0]


def parsed(server: Answering) -> list[tuple[str, str | None, bytes]]:
    """Name, file name and bytes of each part that the server was sent."""
    content_type = next(
        value for name, value in server.headers[0].items() if name.lower() == "content-type"
    )
    message = BytesParser(policy=HTTP).parsebytes(
        f"Content-Type: {content_type}\r\n\r\n".encode() + server.bodies[0]
    )
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_filename(),
            cast(bytes, part.get_payload(decode=True)),
        )
        for part in message.iter_parts()
    ]
