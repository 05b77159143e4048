"""Of a long error, its beginning and its end are kept, and its reason is read from them."""

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any

import pytest

from sidecar.directus.client import Directus
from sidecar.directus.exchange import MAX_ERROR_BYTES, MEGABYTE
from sidecar.directus.long_errors import CUT, KEPT_BYTES, Excerpt, first_error_in
from sidecar.directus.retry import ONCE
from sidecar.errors import DirectusRejected
from tests.stack import liar
from tests.stack.liar import Liar

PATH = "/items/a"
REASON = "value too long for type character varying(5)"
# Whatever a statement contains may be cut in two.
STATEMENTS = {
    "plain": "x",
    "quotes": 'a "quoted" one',
    "backslashes": "\\\\",
    "characters": "ä€😀",
    "lines": "\n\t",
}


@pytest.fixture
def server() -> Iterator[Liar]:
    with Liar() as server:
        yield server


def error_of(message: str, **extensions: Any) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": "INTERNAL_SERVER_ERROR", **extensions}}


def excerpt_of(content: bytes, size: int = 10_240) -> bytes:
    excerpt = Excerpt()
    for start in range(0, len(content), size):
        excerpt.add(content[start : start + size])
    return excerpt.content()


def rejection(server: Liar, attack: liar.Attack) -> DirectusRejected:
    server.attacks[PATH] = attack
    with pytest.raises(DirectusRejected) as caught:
        Directus(server.url, "t", retry_policy=ONCE).get(PATH)
    return caught.value


def bad(content: bytes, *headers: str) -> liar.Attack:
    """An answer with status 500."""
    (good,) = liar.body(content, *headers)()
    return lambda: iter([good.replace(b"200 OK", b"500 Error", 1)])


def test_what_fits_is_kept_as_it_is() -> None:
    content = json.dumps({"errors": [error_of("x" * (KEPT_BYTES - 100))]}).encode()
    assert len(content) <= KEPT_BYTES
    assert excerpt_of(content) == content


@pytest.mark.parametrize("is_ascii", [True, False])
@pytest.mark.parametrize("text", STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_that_is_cut_anywhere_leaves_json(text: str, is_ascii: bool) -> None:
    for shift in range(16):
        message = "y" * shift + text * (KEPT_BYTES // len(text)) + "z" * shift + " - " + REASON
        document = {"errors": [error_of(message, field="title")]}
        kept = excerpt_of(json.dumps(document, ensure_ascii=is_ascii).encode())
        assert len(kept) <= KEPT_BYTES + len(CUT)
        (error,) = json.loads(kept)["errors"]
        assert error["message"].endswith(REASON)
        assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "field": "title"}


def test_the_first_of_many_errors_is_read() -> None:
    first = error_of("the first", field="title")
    content = json.dumps({"errors": [first, *[error_of("another")] * 5_000]}).encode()
    assert first_error_in(excerpt_of(content)) == first


@pytest.mark.parametrize("between", ['"a": {"b": "', '"a": [[[', '"a": "\\\\\\'])
def test_an_error_that_is_cut_outside_of_its_message_is_read_as_far_as_possible(
    between: str,
) -> None:
    start = f'{{"errors":[{{"message":"{REASON}",{between}'.encode()
    end = b'}],"extensions":{"code":"RECORD_NOT_UNIQUE","field":"title"}}]}'
    error = first_error_in(excerpt_of(start + b'"q",' * KEPT_BYTES + end))
    assert error is not None
    assert error["message"] == REASON
    assert error["extensions"]["code"] == "RECORD_NOT_UNIQUE"
    assert error["extensions"]["field"] == "title"


@pytest.mark.parametrize("content", [b"", b"no", b"[]", b'{"errors":[]}', b'{"data":[{"a":1}]}'])
def test_what_is_no_error_of_directus_has_none(content: bytes) -> None:
    assert first_error_in(content) is None or first_error_in(content)["message"] is None  # type: ignore[index]


@pytest.mark.parametrize("is_packed", [False, True])
def test_the_reason_at_the_end_of_six_megabytes_is_read_in_little_memory(
    server: Liar, is_packed: bool
) -> None:
    message = f"insert into {'x' * 6 * MEGABYTE} - {REASON}"
    content = json.dumps({"errors": [error_of(message, field="title")]}).encode()
    packed = gzip.compress(content) if is_packed else content
    attack = bad(packed, *(["Content-Encoding: gzip"] if is_packed else []))
    del message, content
    tracemalloc.start()
    try:
        error = rejection(server, attack)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (error.status, error.code, error.field) == (500, "INTERNAL_SERVER_ERROR", "title")
    assert error.message.endswith(REASON)
    # The server in this process makes a copy or two of what it sends.
    assert peak < 3 * len(packed) + 2 * MEGABYTE


def test_an_error_without_end_is_cut_and_remains_an_error(server: Liar) -> None:
    start = b'HTTP/1.1 500 Error\r\n\r\n{"errors":[{"message":"insert into'
    error = rejection(server, lambda: chain([start], repeat(liar.ZEROS)))
    assert (error.status, error.code) == (500, "HTTP_500")
    assert error.message.startswith("insert into")


def test_a_packed_error_without_end_is_cut(server: Liar) -> None:
    text = b'{"errors":[{"message":"insert into'
    packed = gzip.compress(text) + gzip.compress(liar.ZEROS, 9) * (2 * MAX_ERROR_BYTES // MEGABYTE)
    error = rejection(server, bad(packed, "Content-Encoding: gzip"))
    assert error.message.startswith("insert into")
