"""The client: which answers are tried again, and which error each other one becomes."""

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import stamina

from sidecar.directus.client import Directus
from sidecar.directus.retry import BRIEF, when_to_retry
from sidecar.directus.transfer import Download
from sidecar.errors import (
    BadGateway,
    DirectusError,
    DirectusRejected,
    NotADirectus,
    NotAuthenticated,
    Overloaded,
    TlsFailed,
    TooLarge,
    Unreachable,
)
from tests.stack.answering import Answer, Answering
from tests.stack.ports import LOOPBACK

RELAY = Path(__file__).parents[3] / "extension" / "src" / "endpoint" / "relay.ts"

GOOD: Answer = (200, {}, b'{"data": [1]}')


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Retries happen at once: how long they wait is asserted on the rule alone."""
    with stamina.set_testing(True, attempts=3):
        yield


def refusal(status: int, code: str, message: str = "no", **extensions: str) -> Answer:
    error = {"message": message, "extensions": {"code": code, **extensions}}
    return status, {}, json.dumps({"errors": [error]}).encode()


@pytest.mark.parametrize(
    "answer",
    [
        refusal(429, "REQUESTS_EXCEEDED"),
        refusal(503, "SERVICE_UNAVAILABLE", "Under pressure"),
        (502, {}, b"<html>"),
        (504, {}, b""),
        (500, {}, b"<html>a page of something in front of Directus</html>"),
        (503, {}, b"<html>"),
    ],
)
def test_passing_trouble_is_tried_again(answer: Answer) -> None:
    with Answering(answer, answer, GOOD) as server:
        assert Directus(server.url, "t").get("/items/a") == [1]
        assert len(server.received) == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(401, "TOKEN_EXPIRED"), NotAuthenticated),
        (refusal(400, "INVALID_PAYLOAD"), DirectusRejected),
        (refusal(403, "FORBIDDEN"), DirectusRejected),
        (refusal(400, "RECORD_NOT_UNIQUE"), DirectusRejected),
        (refusal(500, "INTERNAL_SERVER_ERROR"), DirectusRejected),
        (refusal(503, "SERVICE_UNAVAILABLE", "disk full", service="files"), DirectusRejected),
        (refusal(413, "CONTENT_TOO_LARGE"), TooLarge),
        (refusal(400, "INVALID_PAYLOAD", "Invalid payload. request entity too large."), TooLarge),
        (refusal(400, "INVALID_PAYLOAD", "Exceeded max batch mutation limit of 20."), TooLarge),
        ((404, {}, b"<html>not here</html>"), DirectusRejected),
        ((200, {}, b"<html>hello</html>"), NotADirectus),
        ((200, {}, b"[]"), NotADirectus),
        ((302, {"Location": "https://elsewhere"}, b""), NotADirectus),
    ],
)
def test_a_plain_answer_is_final(answer: Answer, error: type[DirectusError]) -> None:
    with Answering(answer) as server:
        with pytest.raises(error) as caught:
            Directus(server.url, "t").get("/items/a")
        assert type(caught.value) is error
        assert len(server.received) == 1


@pytest.mark.parametrize(
    "body",
    [
        b'{"errors": "x"}',
        b'{"errors": []}',
        b'{"errors": [1]}',
        b'{"errors": [{"extensions": 7}]}',
        b"",
        b"\xff",
    ],
)
def test_a_strange_error_answer_still_becomes_one_of_ours(body: bytes) -> None:
    with Answering((400, {}, body)) as server, pytest.raises(DirectusRejected) as caught:
        Directus(server.url, "t").get("/items/a")
    assert caught.value.message


def test_a_retry_after_that_outlasts_the_patience_is_told_at_once() -> None:
    """Otherwise the pace keeps to it, for all threads."""
    assert when_to_retry(Overloaded("", retry_after=60), BRIEF) is False
    assert when_to_retry(Overloaded("", retry_after=7), BRIEF) is True
    assert when_to_retry(Overloaded("", retry_after=86_400)) is True
    assert when_to_retry(Overloaded("")) is True


def test_a_silent_instance_is_reported_before_the_relay_gives_up() -> None:
    (relay_seconds,) = re.findall(r"TIMEOUT_MS = (\d+)_000", RELAY.read_text())
    assert BRIEF.attempts * BRIEF.read_seconds < int(relay_seconds)
    with socket.create_server((LOOPBACK, 0)) as silent:
        url = f"http://{LOOPBACK}:{silent.getsockname()[1]}"
        with pytest.raises(Unreachable, match="did not answer in time"):
            Directus(url, "t", patience=replace(BRIEF, read_seconds=0.1)).get("/")


def test_what_waiting_cannot_mend_is_not_tried_again() -> None:
    assert when_to_retry(Unreachable("")) is True
    assert when_to_retry(BadGateway("")) is True
    assert when_to_retry(TlsFailed("")) is False
    assert when_to_retry(DirectusRejected("", code="X", status=400)) is False


def test_a_file_that_ends_early_is_noticed() -> None:
    with (
        Answering(
            (200, {"Content-Length": "10", "Content-Disposition": "inline"}, b"short")
        ) as server,
        Download(Directus(server.url, "t"), "id") as download,
        pytest.raises(Unreachable),
    ):
        list(download)


def test_a_page_of_something_in_front_is_not_taken_for_a_file() -> None:
    with (
        Answering((200, {"Content-Type": "text/html"}, b"<html>")) as server,
        pytest.raises(NotADirectus),
    ):
        Download(Directus(server.url, "t"), "id")


def test_a_token_is_not_shown_by_the_client() -> None:
    assert "hush" not in repr(Directus("http://127.0.0.1", "hush").__dict__)
