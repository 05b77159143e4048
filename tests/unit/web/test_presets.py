"""/presets saves choices for the form; a token is saved, but never shown."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from sidecar.config import Defaults
from sidecar.options import DEFAULT_OPTIONS
from sidecar.resources.system import BUNDLE_PRESETS
from tests.unit.web.client import (
    DESTINATION,
    DESTINATION_URL,
    HEADERS,
    ROLE,
    SETTINGS,
    USER,
    Client,
    FakeSource,
)

SOMEBODY = "00000000-0000-4000-8000-000000000001"
DEFAULTS = Defaults("http://stage.example", "default-token", ("content",))
PRESET = {"name": "Staging", "scope": "personal", **DESTINATION}
NOT_FOUND = (404, "PRESET_NOT_FOUND", None)


@pytest.fixture(autouse=True)
def _defaults(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment has defaults for the form."""
    services = app.extensions["sidecar"]
    changed = replace(services, settings=replace(SETTINGS, defaults=DEFAULTS))
    monkeypatch.setitem(app.extensions, "sidecar", changed)


def row(preset_id: int, *, user: str | None = None, role: str | None = None, **fields: Any) -> Any:
    """A row of ``directus_presets``."""
    return {
        "id": preset_id,
        "collection": BUNDLE_PRESETS,
        "bookmark": f"Preset {preset_id}",
        "user": user,
        "role": role,
        "layout_options": {},
        **fields,
    }


def test_a_user_sees_their_own_presets_those_of_their_role_and_the_global_ones(
    client: Client, source: FakeSource
) -> None:
    source.presets = [
        row(1, user=USER),
        row(2, user=SOMEBODY),
        row(3, role=ROLE),
        row(4, role=SOMEBODY),
        row(5),
        row(6, collection="articles"),
    ]
    document = client.get("/presets").document
    assert [(preset["id"], preset["scope"]) for preset in document["presets"]] == [
        (1, "personal"),
        (3, "role"),
        (5, "global"),
    ]
    assert document["role"] == "Administrator"
    assert document["defaults"] == {
        "destination_url": DEFAULTS.url,
        "has_token": True,
        "options": ["content"],
    }


def test_a_saved_preset_hides_its_token(client: Client, source: FakeSource) -> None:
    answer = client.post("/presets", PRESET)
    assert answer.status == 201
    assert answer.document == {
        "id": 1,
        "name": "Staging",
        "scope": "personal",
        "destination_url": DESTINATION_URL,
        "has_token": True,
        "options": list(DEFAULT_OPTIONS),
        "batch_size": 10,
        "invite": False,
        "references": "refuse",
        "parts": None,
        "selection": None,
        "existing": {"mode": "skip", "collections": {}},
        "conflicts": "ask",
        "overwrite_settings": [],
        "gone": [],
    }
    (saved,) = source.presets
    assert (saved["user"], saved["role"], saved["collection"]) == (USER, None, BUNDLE_PRESETS)
    for text in (str(source.presets), client.get("/presets").text):
        assert DESTINATION["destination_token"] not in text


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": " "}, (422, "INVALID_INPUT", "name")),
        ({"scope": "everybody"}, (422, "INVALID_INPUT", "scope")),
        ({"options": ["everything"]}, (400, "UNKNOWN_OPTION", "options")),
        ({"batch_size": 26}, (400, "BATCH_SIZE_OUT_OF_RANGE", "batch_size")),
        ({"batch_size": "10"}, (422, "INVALID_INPUT", "batch_size")),
        ({"invite": "yes"}, (422, "INVALID_INPUT", "invite")),
        ({"references": "lose"}, (422, "INVALID_INPUT", "references")),
        ({"parts": ["everything"]}, (400, "UNKNOWN_PART", "parts")),
        ({"selection": {"rows": 3}}, (422, "INVALID_INPUT", "selection")),
        ({"selection": {"since": "soon"}}, (400, "SELECTION_INVALID", "selection")),
        ({"destination_url": "stage"}, (400, "DESTINATION_URL_INVALID", "destination_url")),
        ({"destination_token": "a b"}, (400, "DESTINATION_TOKEN_INVALID", "destination_token")),
        ({"token_from": "environment"}, (400, "TOKEN_STAYS", "token_from")),
    ],
)
def test_wrong_input_names_the_field_and_saves_nothing(
    client: Client, source: FakeSource, changes: dict[str, Any], refusal: tuple[int, str, str]
) -> None:
    assert client.post("/presets", {**PRESET, **changes}).refusal == refusal
    assert source.presets == []


def test_a_preset_without_a_name_and_a_scope_is_refused_for_both(client: Client) -> None:
    answer = client.post("/presets", {})
    assert answer.status == 422
    assert {error["field"] for error in answer.document["errors"]} == {"name", "scope"}


def test_a_user_without_a_role_cannot_share_with_one(client: Client, source: FakeSource) -> None:
    source.users[USER]["role"] = None
    answer = client.post("/presets", {**PRESET, "scope": "role"})
    assert answer.refusal == (400, "NO_ROLE", "scope")


def test_a_change_keeps_the_rest_of_a_preset(client: Client, source: FakeSource) -> None:
    client.post("/presets", {**PRESET, "options": ["users"]})
    source.presets[0]["layout_options"]["theme"] = "of the JavaScript bundle"
    answer = client.send("PATCH", "/presets/1", json={"name": "Stage", "batch_size": 25})
    assert answer.status == 200
    assert (answer.document["name"], answer.document["batch_size"]) == ("Stage", 25)
    assert (answer.document["options"], answer.document["has_token"]) == (["users"], True)
    assert source.presets[0]["layout_options"]["theme"] == "of the JavaScript bundle"


def test_a_new_address_drops_the_saved_token(client: Client) -> None:
    client.post("/presets", PRESET)
    answer = client.send(
        "PATCH", "/presets/1", json={"destination_url": "http://elsewhere.example"}
    )
    assert answer.document["has_token"] is False
    body = {"destination_url": "http://third.example", "token_from": "preset:1"}
    assert client.send("PATCH", "/presets/1", json=body).refusal == (
        400,
        "TOKEN_NOT_SAVED",
        "destination_token",
    )


def test_a_token_is_only_sent_to_its_own_address(client: Client) -> None:
    client.post("/presets", PRESET)
    body = {"destination_url": "http://elsewhere.example", "token_from": "preset:1"}
    for path in ("/check", "/runs"):
        assert client.post(path, body).refusal == (
            400,
            "TOKEN_BELONGS_ELSEWHERE",
            "destination_token",
        )


@pytest.mark.parametrize("owner", [USER, None])
def test_the_token_of_a_copied_preset_is_of_no_use(
    client: Client, source: FakeSource, owner: str | None
) -> None:
    """An administrator copies the row of somebody else's private preset, to use its token."""
    source.users[SOMEBODY] = source.users[USER]
    headers = {**HEADERS, "X-Migration-User": SOMEBODY}
    client.send("POST", "/presets", headers=headers, json=PRESET)
    source.presets.append({**source.presets[0], "id": 2, "user": owner})
    (copied,) = client.get("/presets").document["presets"]
    assert (copied["id"], copied["has_token"]) == (2, False)
    body = {"destination_url": DESTINATION_URL, "token_from": "preset:2"}
    assert client.post("/runs", body).refusal == (400, "TOKEN_NOT_SAVED", "destination_token")


def test_a_preset_is_deleted(client: Client, source: FakeSource) -> None:
    client.post("/presets", PRESET)
    assert client.send("DELETE", "/presets/1").status == 204
    assert source.presets == []


@pytest.mark.parametrize("preset_id", [2, 99, 2**40])
def test_presets_of_others_do_not_exist(client: Client, source: FakeSource, preset_id: int) -> None:
    source.presets = [row(2, user=SOMEBODY)]
    path = f"/presets/{preset_id}"
    assert client.send("PATCH", path, json={"name": "Mine"}).refusal == NOT_FOUND
    assert client.send("DELETE", path).refusal == NOT_FOUND
    assert source.presets == [row(2, user=SOMEBODY)]
