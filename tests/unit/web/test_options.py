"""GET /options answers how much of the source each option moves."""

from typing import Any

import pytest

from sidecar.errors import NotAuthenticated
from sidecar.web import options as view
from tests.unit.web.client import Client, FakeSource


def test_options_are_listed_with_their_rows(
    client: Client, source: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Any] = []

    def count(asked: Any) -> dict[str, int]:
        counted.append(asked)
        return {"content": 12, "users": 3}

    monkeypatch.setattr(view, "count_options", count)
    answer = client.get("/options")
    assert answer.status == 200
    assert answer.document == {
        "options": [{"name": "content", "rows": 12}, {"name": "users", "rows": 3}]
    }
    assert counted == [source]
    assert source.closed


def test_a_source_that_cannot_be_asked_is_an_error(
    client: Client, source: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count(_: Any) -> None:
        raise NotAuthenticated("The source does not accept the token")

    monkeypatch.setattr(view, "count_options", count)
    assert client.get("/options").refusal == (502, "NOT_AUTHENTICATED", None)
    assert source.closed
