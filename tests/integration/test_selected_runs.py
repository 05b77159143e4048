"""The sidecar lists what can be selected, counts filters, and keeps a selection with its runs and
presets."""

from typing import Any

import pytest

from tests.stack.seed import COUNTS, SYSTEM_COUNTS
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.stack import Stack

PUBLISHED = {"status": {"_eq": "published"}}
SELECTION = {"collections": ["posts", "tags"], "filters": {"posts": PUBLISHED}}


@pytest.fixture(scope="module")
def sidecar(stack: Stack) -> SidecarClient:
    return SidecarClient(stack, admin_id(stack.source))


def destination_of(stack: Stack) -> dict[str, Any]:
    return {
        "destination_url": stack.destination.url,
        "destination_token": stack.destination.admin_token,
        "options": ["content"],
    }


def test_collections_are_listed_with_their_rows_and_groups(sidecar: SidecarClient) -> None:
    answer = sidecar.get("/collections").json()
    listed = {one["collection"]: one for one in answer["collections"]}
    counted = {name: one["rows"] for name, one in listed.items() if one["kind"] == "collection"}
    assert {name: counted[name] for name in COUNTS} == COUNTS
    assert listed[listed["posts"]["group"]]["kind"] == "folder"
    assert listed["globals"]["singleton"]
    parts = {part["name"]: part["rows"] for part in answer["parts"]}
    folders_and_files = SYSTEM_COUNTS["directus_files"] + SYSTEM_COUNTS["directus_folders"]
    assert parts["files"] == folders_and_files


def test_a_filter_is_counted_or_refused_with_the_words_of_directus(sidecar: SidecarClient) -> None:
    counted = sidecar.post("/collections/count", {"collection": "posts", "filter": PUBLISHED})
    assert 0 < counted.json()["rows"] < counted.json()["total"] == COUNTS["posts"]
    for collection, filter, code in (
        ("posts", {"colour": {"_eq": 1}}, "FILTER_REFUSED"),
        ("globals", PUBLISHED, "FILTER_REFUSED"),
        ("gone", {}, "UNKNOWN_COLLECTION"),
        ("directus_users", {}, "UNKNOWN_COLLECTION"),
    ):
        refused = sidecar.post("/collections/count", {"collection": collection, "filter": filter})
        (error,) = refused.json()["errors"]
        assert (refused.status_code, error["code"]) == (400, code)
        assert collection in error["message"]


def test_a_run_shows_its_selection_and_so_does_the_history(
    stack: Stack, sidecar: SidecarClient
) -> None:
    body = {**destination_of(stack), "selection": SELECTION, "dry_run": True}
    checked = sidecar.post("/check", {**destination_of(stack), "selection": SELECTION})
    started = sidecar.post("/runs", body).json()
    assert started["selection"]["collections"] == ["posts", "tags"]
    run = sidecar.wait_for_end(started["id"])
    assert run["status"] == "completed", run["message"]
    selection = run["selection"]
    assert selection == checked.json()["selection"]
    assert selection["selected"]["tags"] == COUNTS["tags"]
    assert selection["rows"] == sum(selection["selected"].values())
    assert selection["brought_along"]["posts_translations"] > 0
    assert selection["summary"].startswith("Selected 2 of ")
    assert run["references"] == "bring"
    (listed,) = (one for one in sidecar.get("/runs").json()["runs"] if one["id"] == run["id"])
    assert listed["selection"] == selection
    assert any(line["message"] == selection["summary"] for line in run["log"]["lines"])


def test_a_start_is_refused_for_a_selection_that_does_not_fit(
    stack: Stack, sidecar: SidecarClient
) -> None:
    body = {**destination_of(stack), "selection": {"collections": ["gone"]}}
    refused = sidecar.post("/runs", body)
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["code"], error["field"]) == (
        400,
        "UNKNOWN_COLLECTION",
        "selection",
    )


def test_a_preset_names_what_is_gone_and_keeps_the_rest(sidecar: SidecarClient) -> None:
    preset = {"name": "Part", "scope": "personal", "selection": {"collections": ["posts", "gone"]}}
    saved = sidecar.post("/presets", preset).json()
    try:
        (loaded,) = (
            one for one in sidecar.get("/presets").json()["presets"] if one["id"] == saved["id"]
        )
        assert (loaded["gone"], loaded["selection"]["collections"]) == (["gone"], ["posts"])
        assert loaded["references"] == "bring"
    finally:
        sidecar.delete(f"/presets/{saved['id']}")
