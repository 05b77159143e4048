"""POST /check passes the choices on, and answers what the check found."""

from typing import Any

import pytest

from sidecar.errors import InvalidRequest, Unreachable
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import Selection
from sidecar.web import check as view
from tests.unit.web.client import DESTINATION, DESTINATION_URL, Client

COMPATIBLE = {"compatible": True, "force_would_help": False, "findings": [], "licence": None}
Calls = list[tuple[str, str, MigrationRequest]]


class FakeCompatibility:
    def document(self) -> dict[str, Any]:
        return COMPATIBLE


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """The calls of the check: address, token and request."""
    made: Calls = []

    def check(
        _: Any, __: Any, url: str, token: str, request: MigrationRequest, *___: Any, **____: Any
    ) -> FakeCompatibility:
        made.append((url, token, request))
        return FakeCompatibility()

    monkeypatch.setattr(view, "check_destination", check)
    return made


def test_a_check_answers_what_it_found(client: Client, calls: Calls) -> None:
    answer = client.post("/check", {**DESTINATION, "options": ["users"]})
    assert (answer.status, answer.document) == (
        200,
        {**COMPATIBLE, "selection": None, "settings": []},
    )
    assert calls == [(DESTINATION_URL, "destination-token", MigrationRequest(("users",)))]


def test_a_selection_is_passed_on_and_brings_along_what_it_refers_to(
    client: Client, calls: Calls
) -> None:
    selection = {"collections": ["posts"], "filters": {"posts": {"id": {"_gt": 3}}}}
    assert client.post("/check", {**DESTINATION, "selection": selection}).status == 200
    ((_, _, request),) = calls
    assert request == MigrationRequest(
        references="bring",
        selection=Selection(("posts",), filters={"posts": {"id": {"_gt": 3}}}),
    )


def test_an_address_without_a_scheme_gets_one(client: Client, calls: Calls) -> None:
    client.post("/check", {**DESTINATION, "destination_url": "cms.example.com"})
    assert calls[0][0] == "https://cms.example.com"


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"options": ["everything"]}, (400, "UNKNOWN_OPTION", "options")),
        ({"options": "users"}, (422, "INVALID_INPUT", "options")),
        ({"options": [1]}, (422, "INVALID_INPUT", "options.0")),
        ({"selection": {"collections": []}}, (400, "SELECTION_INVALID", "selection")),
        ({"selection": {"filters": {"a": 1}}}, (422, "INVALID_INPUT", "selection")),
        ({"parts": []}, (400, "UNKNOWN_PART", "parts")),
        ({"destination_url": 1}, (422, "INVALID_INPUT", "destination_url")),
        ({"destination_token": "t" * 5_000}, (422, "INVALID_INPUT", "destination_token")),
        ({"token_from": "preset:x"}, (422, "INVALID_INPUT", "token_from")),
        ({"colour": "blue"}, (422, "INVALID_INPUT", "colour")),
        ({"not a field": 1}, (422, "INVALID_INPUT", "unknown")),
    ],
)
def test_wrong_input_names_the_field(
    client: Client, calls: Calls, body: dict[str, Any], refusal: tuple[int, str, str]
) -> None:
    assert client.post("/check", {**DESTINATION, **body}).refusal == refusal
    assert calls == []


@pytest.mark.parametrize(
    ("selection", "place"),
    [
        ({"collections": "posts"}, "selection.collections: "),
        ({"collections": ["posts", 1]}, "selection.collections.1: "),
        ({"filters": {"a token": 1}}, "selection.filters: "),
        ({"since": None}, "selection.since: "),
        ({"a token": 1}, "selection: "),
        ([], "selection: "),
    ],
)
def test_wrong_input_names_the_part_of_the_selection(
    client: Client, selection: Any, place: str
) -> None:
    answer = client.post("/check", {**DESTINATION, "selection": selection})
    assert answer.refusal == (422, "INVALID_INPUT", "selection")
    assert answer.error["message"].startswith(place)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (400, "DESTINATION_URL_MISSING", "destination_url")),
        (
            {"destination_url": "http://169.254.169.254"},
            (400, "DESTINATION_FORBIDDEN", "destination_url"),
        ),
        (
            {"destination_url": DESTINATION_URL},
            (400, "DESTINATION_TOKEN_MISSING", "destination_token"),
        ),
    ],
)
def test_a_destination_is_refused_before_anything_is_asked(
    client: Client, body: dict[str, Any], refusal: tuple[int, str, str]
) -> None:
    assert client.post("/check", body).refusal == refusal


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (
            InvalidRequest("No", code="NOT_AN_ADMINISTRATOR", field="destination_token"),
            (400, "NOT_AN_ADMINISTRATOR", "destination_token"),
        ),
        (Unreachable("No answer"), (502, "UNREACHABLE", None)),
    ],
)
def test_an_error_of_the_check_keeps_its_code(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, refusal: tuple[int, str, Any]
) -> None:
    def check(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(view, "check_destination", check)
    assert client.post("/check", DESTINATION).refusal == refusal


def test_a_saved_token_that_does_not_exist_is_refused(client: Client, calls: Calls) -> None:
    body = {"destination_url": DESTINATION_URL, "token_from": "preset:7"}
    assert client.post("/check", body).refusal == (400, "TOKEN_NOT_SAVED", "destination_token")
    assert calls == []
