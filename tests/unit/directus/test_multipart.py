"""Multipart bodies: lengths are right, and nothing in a name or a type breaks out of its place."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import cast

from sidecar.directus.multipart import Body, Part, content_type_of, new_boundary


def parse(content_type: str, body: bytes) -> list[tuple[str, str | None, bytes]]:
    """Return the name, the file name and the bytes of each part."""
    message = BytesParser(policy=HTTP).parsebytes(
        f"Content-Type: {content_type}\r\n\r\n".encode() + body
    )
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_filename(),
            cast(bytes, part.get_payload(decode=True)),
        )
        for part in message.iter_parts()
    ]


def test_a_body_has_the_announced_length_and_its_fields_come_before_the_file() -> None:
    boundary = new_boundary()
    body = Body(
        boundary,
        [
            Part("a.txt", "text/plain", 3, [b"a", b"bc"], {"id": "1", "embed": "é"}),
            Part("b.txt", "text/plain", 0, []),
        ],
    )
    sent = b"".join(body)
    assert len(sent) == body.len
    assert parse(content_type_of(boundary), sent) == [
        ("id", None, b"1"),
        ("embed", None, "é".encode()),
        ("file", "a.txt", b"abc"),
        ("file", "b.txt", b""),
    ]


def test_a_name_or_a_type_cannot_break_out_of_its_header() -> None:
    boundary = new_boundary()
    part = Part('x";\r\nX-Evil: 1\r\n\r\n/../é.svg', "text/plain\r\nX-Evil: 1", 1, [b"x"])
    sent = b"".join(Body(boundary, [part]))
    assert parse(content_type_of(boundary), sent) == [("file", "x_;__X-Evil: 1_____.._é.svg", b"x")]
    assert b"\r\nX-Evil" not in sent
    assert b"Content-Type: application/octet-stream\r\n" in sent


def test_every_boundary_is_new() -> None:
    assert new_boundary() != new_boundary()
