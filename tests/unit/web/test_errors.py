"""All errors have one JSON shape, whatever raised them."""

from typing import Any

import pytest

from sidecar.app import BODY_BYTES
from sidecar.errors import InvalidRequest
from sidecar.masking import hide, hide_own
from sidecar.web import options as view
from tests.unit.web.client import Client

JSON = "application/json"


@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [
        ("GET", "/nowhere", (401, "UNAUTHORIZED", None)),
        ("DELETE", "/runs", (401, "UNAUTHORIZED", None)),
    ],
)
def test_a_stranger_learns_nothing_about_paths(
    client: Client, method: str, path: str, refusal: tuple[int, str, None]
) -> None:
    assert client.send(method, path, headers={}).refusal == refusal


def test_an_unknown_path_and_a_wrong_method_are_named(client: Client) -> None:
    assert client.get("/nowhere").refusal == (404, "NOT_FOUND", None)
    assert client.send("DELETE", "/runs").refusal == (405, "METHOD_NOT_ALLOWED", None)


@pytest.mark.parametrize(
    ("body", "content_type", "refusal"),
    [
        (b"{", JSON, (400, "INVALID_JSON", None)),
        (b'{"batch_size": NaN}', JSON, (400, "INVALID_JSON", None)),
        (b"{}", "text/plain", (415, "UNSUPPORTED_MEDIA_TYPE", None)),
        (b" " * (BODY_BYTES + 1), JSON, (413, "CONTENT_TOO_LARGE", None)),
        (b"[]", JSON, (422, "INVALID_INPUT", "_schema")),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    client: Client, body: bytes, content_type: str, refusal: tuple[int, str, str | None]
) -> None:
    assert client.send("POST", "/check", data=body, content_type=content_type).refusal == refusal


def test_an_unexpected_error_reveals_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Any) -> None:
        raise ValueError("an internal detail")

    monkeypatch.setattr(view, "count_options", fail)
    answer = client.get("/options")
    assert answer.refusal == (500, "INTERNAL", None)
    assert "internal detail" not in answer.text
    assert "an internal detail" in caplog.text


def test_an_answer_is_masked_in_its_texts_only(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = InvalidRequest("Not hidden yet: a-token-of-then", code="A_CODE", field="some_field")
    hide("a-token-of-then")
    # Both are in the text of the answer, and in none of its values.
    hide_own('"message":"Not', '[{"code":"A_CODE"')

    def fail(_: Any) -> None:
        raise error

    monkeypatch.setattr(view, "count_options", fail)
    answer = client.get("/options")
    assert answer.error == {
        "message": "Not hidden yet: [token]",
        "code": "A_CODE",
        "field": "some_field",
    }


def test_an_unreachable_redis_is_named(client_without_redis: Client) -> None:
    answer = client_without_redis.get("/runs")
    assert answer.refusal == (503, "REDIS_UNREACHABLE", None)
    assert "REDIS_URL" in answer.error["message"]
