"""The tokens of presets and of the environment: who gets them, and who never does."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sidecar.options import OPTIONS
from tests.integration.presets.presets import errors_of, presets_of, row_of, save
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.ports import LOOPBACK, free_port
from tests.stack.seed.api import Api
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.sidecar_processes import SidecarWeb
from tests.stack.stack import Stack

ELSEWHERE = "https://elsewhere.example.com"
BUNDLE = "migration_bundle"


def test_a_preset_is_saved_listed_and_its_token_shown_to_nobody(
    stack: Stack, sidecar: SidecarClient, destination: DirectusInstance
) -> None:
    saved = save(sidecar, destination)
    assert saved == {
        "id": saved["id"],
        "name": "Production",
        "scope": "personal",
        "destination_url": destination.url,
        "has_token": True,
        "options": ["content", "flows"],
        "batch_size": 20,
        "invite": True,
        "references": "refuse",
        "parts": None,
        "selection": None,
        "existing": {"mode": "skip", "collections": {}},
        "conflicts": "ask",
        "overwrite_settings": [],
        "gone": [],
    }
    assert presets_of(sidecar) == [saved]
    row = row_of(stack, saved["id"])
    assert (row["collection"], row["user"], row["role"]) == (BUNDLE, admin_id(stack.source), None)
    assert destination.admin_token not in json.dumps(dump(stack.source.database), default=str)


def test_a_saved_token_checks_and_migrates(
    sidecar: SidecarClient, destination: DirectusInstance
) -> None:
    saved = save(sidecar, destination)
    by_preset = {"destination_url": f"{destination.url}/", "token_from": f"preset:{saved['id']}"}
    assert sidecar.post("/check", by_preset).json()["compatible"] is True
    started = sidecar.post("/runs", {**by_preset, "options": []})
    assert started.status_code == 202, started.text
    run = sidecar.wait_for_end(started.json()["id"])
    assert (run["status"], run["token_from"], run["user_name"]) == (
        "completed",
        by_preset["token_from"],
        "Admin User",
    )


def test_a_saved_token_is_sent_to_its_own_address_only(
    sidecar: SidecarClient, destination: DirectusInstance
) -> None:
    saved = save(sidecar, destination)
    answer = sidecar.post(
        "/check", {"destination_url": ELSEWHERE, "token_from": f"preset:{saved['id']}"}
    )
    assert errors_of(answer) == [("TOKEN_BELONGS_ELSEWHERE", "destination_token")]
    path, moved = f"/presets/{saved['id']}", {"destination_url": ELSEWHERE}
    kept = sidecar.patch(path, {**moved, "token_from": f"preset:{saved['id']}"})
    assert errors_of(kept) == [("TOKEN_BELONGS_ELSEWHERE", "destination_token")]
    assert sidecar.patch(path, moved).json()["has_token"] is False


def test_a_preset_changed_in_the_database_does_not_carry_its_token_elsewhere(
    sidecar: SidecarClient, destination: DirectusInstance, api: Api
) -> None:
    saved = save(sidecar, destination)
    held = api.get(f"/presets/{saved['id']}")["layout_options"]
    api.patch(f"/presets/{saved['id']}", {"layout_options": {**held, "baseURL": ELSEWHERE}})
    answer = sidecar.post(
        "/check", {"destination_url": ELSEWHERE, "token_from": f"preset:{saved['id']}"}
    )
    assert errors_of(answer) == [("TOKEN_NOT_SAVED", "destination_token")]


def test_the_defaults_of_the_environment_are_told_without_the_token(
    with_defaults: SidecarClient, destination: DirectusInstance
) -> None:
    answer = with_defaults.get("/presets")
    assert answer.json()["defaults"] == {
        "destination_url": destination.url,
        "has_token": True,
        "options": ["users"],
    }
    assert destination.admin_token not in answer.text
    assert answer.json()["role"] == "Administrator"


def test_the_default_token_stays_in_the_sidecar(
    with_defaults: SidecarClient, destination: DirectusInstance
) -> None:
    body = {
        "name": "Copy",
        "scope": "global",
        "destination_url": destination.url,
        "token_from": "environment",
    }
    assert errors_of(with_defaults.post("/presets", body)) == [("TOKEN_STAYS", "token_from")]


def test_a_preset_with_a_broken_token_has_none(
    sidecar: SidecarClient, stack: Stack, api: Api
) -> None:
    for token in ("encrypted:é", "encrypted:abc", 7, None):
        api.post(
            "/presets",
            {
                "collection": BUNDLE,
                "bookmark": "Broken",
                "user": admin_id(stack.source),
                "layout_options": {"baseURL": ELSEWHERE, "token": token, "selectedOptions": "x"},
            },
        )
    assert [preset["has_token"] for preset in presets_of(sidecar)] == [False] * 4


def test_the_default_token_goes_to_the_default_address_only(
    with_defaults: SidecarClient, destination: DirectusInstance
) -> None:
    checked = with_defaults.post(
        "/check", {"destination_url": destination.url, "token_from": "environment"}
    )
    assert checked.json()["compatible"] is True
    other = f"http://{LOOPBACK}:{free_port()}"
    refused = with_defaults.post("/check", {"destination_url": other, "token_from": "environment"})
    assert errors_of(refused) == [("TOKEN_BELONGS_ELSEWHERE", "destination_token")]
    assert destination.admin_token not in refused.text


def test_without_defaults_the_form_is_empty(sidecar: SidecarClient) -> None:
    empty = {"destination_url": "", "has_token": False, "options": list(OPTIONS)}
    assert sidecar.get("/presets").json()["defaults"] == empty


def test_a_wrong_default_stops_the_sidecar_at_its_start(stack: Stack, tmp_path: Path) -> None:
    wrong = replace(
        stack.sidecar, environment={"MIGRATION_BUNDLE_DEFAULT_OPTIONS": "content,bookmarks"}
    )
    with pytest.raises(
        Exception, match="MIGRATION_BUNDLE_DEFAULT_OPTIONS is not valid: Unknown option 'bookmarks'"
    ):
        SidecarWeb(wrong, tmp_path).start()
