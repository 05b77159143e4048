"""Presets and defaults: who sees and changes which, and where a saved token goes and never goes."""

import json
from typing import Any

import pytest

from tests.integration.presets.presets import errors_of, presets_of, row_of, save
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.seed.api import Api
from tests.stack.seed.people import source_role, source_user
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.stack import Stack

ELSEWHERE = "https://elsewhere.example.com"
BUNDLE = "migration_bundle"


def test_a_preset_is_renamed_shared_and_updated(
    sidecar: SidecarClient, destination: DirectusInstance
) -> None:
    saved = save(sidecar, destination)
    path = f"/presets/{saved['id']}"
    renamed = sidecar.patch(path, {"name": "Live", "scope": "role"}).json()
    assert renamed == {**saved, "name": "Live", "scope": "role"}
    kept = {
        "destination_url": destination.url,
        "token_from": f"preset:{saved['id']}",
        "options": [],
    }
    assert sidecar.patch(path, kept).json() == {**renamed, "options": []}
    cleared = {"destination_url": destination.url, "destination_token": ""}
    assert sidecar.patch(path, cleared).json()["has_token"] is False


def test_only_ones_own_presets_those_of_ones_role_and_global_ones_exist(
    stack: Stack, sidecar: SidecarClient, destination: DirectusInstance
) -> None:
    mine = [
        save(sidecar, destination, name=scope, scope=scope)
        for scope in ("personal", "role", "global")
    ]
    other = SidecarClient(stack, source_user("helen"))
    assert [preset["name"] for preset in presets_of(other)] == ["global"]
    own = save(other, destination, name="Helen's")
    path = f"/presets/{mine[0]['id']}"
    for answer in (
        other.patch(path, {"name": "Taken"}),
        other.delete(path),
        other.patch("/presets/9999999999", {}),
    ):
        assert (answer.status_code, errors_of(answer)) == (404, [("PRESET_NOT_FOUND", None)])
    checked = other.post(
        "/check", {"destination_url": destination.url, "token_from": f"preset:{mine[0]['id']}"}
    )
    assert errors_of(checked) == [("TOKEN_NOT_SAVED", "destination_token")]
    assert [preset["name"] for preset in presets_of(sidecar)] == ["global", "personal", "role"]
    assert other.delete(f"/presets/{own['id']}").status_code == 204


def test_nobody_elses_preset_is_found_by_guessing_ids(
    stack: Stack, sidecar: SidecarClient, destination: DirectusInstance, api: Api
) -> None:
    """Every id that there is, and those around, by somebody without a role: only global presets
    answer, and no row of the table has changed afterwards."""
    with_role = source_role("integrations")
    hidden = [save(sidecar, destination, scope=scope)["id"] for scope in ("personal", "role")]
    hidden += [
        api.post(
            "/presets",
            {
                "collection": BUNDLE,
                "bookmark": "Not theirs",
                "user": user,
                "role": with_role,
                "layout_options": {"baseURL": destination.url, "token": "t"},
            },
        )["id"]
        for user in (None, source_user("marco"))
    ]
    before = dump(stack.source.database)["directus_presets"]
    other = SidecarClient(stack, source_user("helen"))
    visible = {preset["id"] for preset in other.get("/presets").json()["presets"]}
    assert not visible & set(hidden)
    guesses = sorted(
        {row["id"] for row in before} - visible | {0, max(hidden) + 1, 2**31 - 1, 2**31, 10**14}
    )
    for guess in guesses:
        saved = {"destination_url": destination.url, "token_from": f"preset:{guess}"}
        path = f"/presets/{guess}"
        changes = [
            {},
            {"name": "Mine"},
            {"scope": "personal"},
            {"scope": "global"},
            {"options": []},
            saved,
        ]
        for answer in (*(other.patch(path, change) for change in changes), other.delete(path)):
            assert (answer.status_code, errors_of(answer)) == (404, [("PRESET_NOT_FOUND", None)])
            assert destination.url not in answer.text
    for guess in hidden:
        saved = {"destination_url": destination.url, "token_from": f"preset:{guess}"}
        mine = {"name": "Mine", "scope": "global", **saved}
        for path, body in (("/check", saved), ("/runs", saved), ("/presets", mine)):
            assert errors_of(other.post(path, body)) == [("TOKEN_NOT_SAVED", "destination_token")]
    for path in (
        "/presets/-1",
        "/presets/1.5",
        "/presets/abc",
        "/presets/1%20OR%201=1",
        "/presets/*",
        "/presets/",
        f"/presets/{2**63}",
    ):
        assert other.delete(path).status_code == 404
    assert dump(stack.source.database)["directus_presets"] == before
    for preset_id in hidden[2:]:
        api.delete(f"/presets/{preset_id}")


@pytest.mark.parametrize("whose", ["mine", "role", "everybody", "untitled", "another"])
def test_rows_of_the_table_that_are_not_the_modules_cannot_be_touched(
    stack: Stack, sidecar: SidecarClient, destination: DirectusInstance, api: Api, whose: str
) -> None:
    """Whoever they belong to, whatever they hold: such a row is not listed, changed or removed, nor
    its token used."""
    belongs: dict[str, Any] = {
        "mine": {"user": admin_id(stack.source)},
        "role": {"role": api.get("/users/me")["role"]},
        "everybody": {},
        "untitled": {"bookmark": None},
        "another": {"user": source_user("helen")},
    }[whose]
    held = {
        "baseURL": destination.url,
        "token": destination.admin_token,
        "selectedOptions": ["content"],
    }
    row = api.post(
        "/presets",
        {
            "collection": "posts",
            "bookmark": "Not ours",
            "layout": "tabular",
            "layout_options": held,
            **belongs,
        },
    )
    before = dump(stack.source.database)["directus_presets"]
    path = f"/presets/{row['id']}"
    by_row = {"destination_url": destination.url, "token_from": f"preset:{row['id']}"}
    for answer in (
        sidecar.patch(path, {"name": "Ours"}),
        sidecar.patch(path, {"scope": "personal"}),
        sidecar.patch(path, by_row),
        sidecar.delete(path),
    ):
        assert (answer.status_code, errors_of(answer)) == (404, [("PRESET_NOT_FOUND", None)])
    assert errors_of(sidecar.post("/check", by_row)) == [("TOKEN_NOT_SAVED", "destination_token")]
    assert row["id"] not in {preset["id"] for preset in sidecar.get("/presets").json()["presets"]}
    assert dump(stack.source.database)["directus_presets"] == before
    api.delete(path)


def test_a_preset_of_the_module_stays_one_and_keeps_its_owner(
    stack: Stack, sidecar: SidecarClient, destination: DirectusInstance
) -> None:
    saved = save(sidecar, destination)
    changes: list[dict[str, Any]] = [
        {"collection": "posts"},
        {"user": source_user("helen")},
        {"role": None},
        {"id": 1},
        {"layout_options": {}},
        {"bookmark": "x"},
    ]
    for change in changes:
        answer = sidecar.patch(f"/presets/{saved['id']}", change)
        assert (answer.status_code, errors_of(answer)) == (
            422,
            [("INVALID_INPUT", next(iter(change)))],
        )
    row = row_of(stack, saved["id"])
    assert (row["collection"], row["user"], row["role"]) == (BUNDLE, admin_id(stack.source), None)


@pytest.mark.parametrize("as_text", [False, True], ids=["object", "text"])
def test_a_preset_of_the_javascript_bundle_loads_and_its_token_is_encrypted_on_save(
    stack: Stack, sidecar: SidecarClient, destination: DirectusInstance, api: Api, as_text: bool
) -> None:
    held = {
        "baseURL": destination.url,
        "token": destination.admin_token,
        "selectedOptions": ["schema", "flows"],
    }
    row = api.post(
        "/presets",
        {
            "collection": BUNDLE,
            "bookmark": "Old",
            "user": admin_id(stack.source),
            "role": None,
            "layout_options": json.dumps(held) if as_text else held,
        },
    )
    (preset,) = presets_of(sidecar)
    assert preset == {
        "id": row["id"],
        "name": "Old",
        "scope": "personal",
        "destination_url": destination.url,
        "has_token": True,
        "options": ["flows"],
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
    by_preset = {"destination_url": destination.url, "token_from": f"preset:{preset['id']}"}
    assert sidecar.post("/check", by_preset).status_code == 200
    sidecar.patch(f"/presets/{preset['id']}", {"name": "New"})
    assert destination.admin_token not in json.dumps(row_of(stack, preset["id"]), default=str)
    assert sidecar.post("/check", by_preset).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": " "}, ("INVALID_INPUT", "name")),
        ({"scope": "everybody"}, ("INVALID_INPUT", "scope")),
        ({"options": ["settings"]}, ("UNKNOWN_OPTION", "options")),
        ({"batch_size": 3}, ("BATCH_SIZE_OUT_OF_RANGE", "batch_size")),
        ({"destination_url": "nowhere"}, ("DESTINATION_URL_INVALID", "destination_url")),
        ({"token_from": "file:/etc/passwd"}, ("INVALID_INPUT", "token_from")),
    ],
)
def test_wrong_input_is_named_and_nothing_is_saved(
    sidecar: SidecarClient, changes: dict[str, Any], error: tuple[str, str]
) -> None:
    body = {
        "name": "Wrong",
        "scope": "personal",
        "destination_url": ELSEWHERE,
        "destination_token": "t",
        **changes,
    }
    assert errors_of(sidecar.post("/presets", body)) == [error]
    assert presets_of(sidecar) == []


def test_somebody_with_a_role_is_told_its_name(stack: Stack, api: Api) -> None:
    user = api.post("/users", {"email": "role@example.com", "role": source_role("integrations")})
    answer = SidecarClient(stack, user["id"]).get("/presets").json()
    api.delete(f"/users/{user['id']}")
    assert answer["role"] == "Integrations"
