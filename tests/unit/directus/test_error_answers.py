"""Error answers: each becomes the error that says what to do about it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
import stamina

from sidecar.directus.answers import translate
from sidecar.directus.client import Directus
from sidecar.errors import (
    BadGateway,
    DirectusError,
    DirectusRejected,
    NotADirectus,
    NotAuthenticated,
    Overloaded,
    TooLarge,
)
from tests.stack.answering import Answer
from tests.stack.ports import LOOPBACK, free_port
from tests.unit.directus.fake_instances import FakeInstance, connected

PATH = "/items/a"


@pytest.fixture(autouse=True)
def no_retries() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1):
        yield


def error_answer(status: int, code: str, message: str = "no", **extensions: str) -> Answer:
    error = {"message": message, "extensions": {"code": code, **extensions}}
    return status, {}, json.dumps({"errors": [error]}).encode()


def error_for(answer: Answer) -> DirectusError:
    """Return the error that a client raises for ``answer``, to which it sent one request."""
    instance = FakeInstance("instance")
    instance.answers = {PATH: answer}
    with connected(instance), pytest.raises(DirectusError) as caught:
        instance.client().get(PATH)
    assert len(instance.requests) == 1
    return caught.value


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error_answer(401, "TOKEN_EXPIRED"), NotAuthenticated),
        (error_answer(400, "INVALID_PAYLOAD"), DirectusRejected),
        (error_answer(403, "FORBIDDEN"), DirectusRejected),
        (error_answer(400, "RECORD_NOT_UNIQUE"), DirectusRejected),
        (error_answer(500, "INTERNAL_SERVER_ERROR"), DirectusRejected),
        (error_answer(503, "SERVICE_UNAVAILABLE", "disk full", service="files"), DirectusRejected),
        (error_answer(503, "OUT_OF_DATE"), DirectusRejected),
        (error_answer(413, "CONTENT_TOO_LARGE"), TooLarge),
        (error_answer(400, "INVALID_PAYLOAD", "Invalid. Request entity too large."), TooLarge),
        (
            error_answer(400, "INVALID_PAYLOAD", "Exceeded max batch mutation limit of 20."),
            TooLarge,
        ),
        (error_answer(429, "REQUESTS_EXCEEDED"), Overloaded),
        (error_answer(503, "SERVICE_UNAVAILABLE", "Under pressure"), Overloaded),
        ((503, {}, b"<html>"), Overloaded),
        ((502, {}, b"<html>"), BadGateway),
        ((504, {}, b""), BadGateway),
        ((500, {}, b"<html>a page of something in front of Directus</html>"), BadGateway),
        ((404, {}, b"<html>not here</html>"), DirectusRejected),
        ((200, {}, b"<html>hello</html>"), NotADirectus),
        ((200, {}, b"[]"), NotADirectus),
        ((302, {"Location": "https://elsewhere"}, b""), NotADirectus),
    ],
)
def test_each_answer_becomes_its_error(answer: Answer, kind: type[DirectusError]) -> None:
    assert type(error_for(answer)) is kind


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
def test_a_strange_error_answer_is_a_rejection_with_its_status(body: bytes) -> None:
    error = error_for((400, {}, body))
    assert isinstance(error, DirectusRejected)
    assert (error.code, error.status) == ("HTTP_400", 400)
    assert error.message


def test_the_code_and_the_message_of_directus_are_kept() -> None:
    error = error_for(error_answer(400, "RECORD_NOT_UNIQUE", 'Value for field "a" is not unique.'))
    assert (error.code, error.message) == (
        "RECORD_NOT_UNIQUE",
        'Value for field "a" is not unique.',
    )


def test_the_column_at_fault_is_kept() -> None:
    error = error_for(error_answer(400, "RECORD_NOT_UNIQUE", field="slug"))
    assert isinstance(error, DirectusRejected)
    assert error.columns == ("slug",)
    unnamed = error_for(error_answer(400, "INVALID_PAYLOAD"))
    assert isinstance(unnamed, DirectusRejected)
    assert unnamed.columns == ()


def test_a_denial_names_the_address_but_a_limit_of_the_licence_does_not() -> None:
    denied = error_for(error_answer(403, "FORBIDDEN", "You don't have permission."))
    assert denied.message == "http://instance/items/a denies access: You don't have permission."
    assert error_for(error_answer(403, "LIMIT_EXCEEDED", "Too many.")).message == "Too many."


def test_a_redirect_names_the_address_to_use() -> None:
    error = error_for((302, {"Location": "https://elsewhere"}, b""))
    assert "redirects to https://elsewhere; use that address" in error.message


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("", None), ("soon", None), ("-1", None), ("²", None)],
)
def test_retry_after_is_read_in_seconds(value: str, seconds: float | None) -> None:
    error = error_for((429, {"Retry-After": value}, b""))
    assert isinstance(error, Overloaded)
    assert error.retry_after == seconds


@pytest.mark.parametrize(("minutes", "seconds"), [(2, 120.0), (-2, 0.0)])
def test_retry_after_is_read_as_a_date(minutes: int, seconds: float) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes))
    error = error_for((429, {"Retry-After": date}, b""))
    assert isinstance(error, Overloaded)
    assert error.retry_after == pytest.approx(seconds, abs=30)


def test_a_token_that_an_instance_repeats_is_removed_from_the_error() -> None:
    body = (
        b'{"errors": [{"message": "No: Bearer hush-hush-token",'
        b' "extensions": {"code": "hush-hush-token"}}]}'
    )
    instance = FakeInstance("instance")
    instance.answers = {PATH: (400, {}, body)}
    with connected(instance), pytest.raises(DirectusRejected) as caught:
        Directus(instance.url, "hush-hush-token").get(PATH)
    assert (caught.value.message, caught.value.code) == ("No: Bearer [token]", "HTTP_400")


def test_nobody_is_told_the_numbers_of_the_operating_system() -> None:
    url = f"http://{LOOPBACK}:{free_port()}"
    with pytest.raises(requests.ConnectionError) as caught:
        requests.get(url, timeout=5)
    error = translate(caught.value, url)
    assert error.message.startswith(f"{url} cannot be reached: ")
    assert error.message.endswith("Connection refused")
    assert "Errno" not in error.message
