"""A preset keeps a selection. Collections that are gone are named, and the rest is used."""

from typing import Any

import pytest

from tests.unit.web.client import DESTINATION, Client, FakeSource

SELECTION = {
    "collections": ["posts", "pages"],
    "exclude": ["notes"],
    "filters": {"pages": {"status": {"_eq": "published"}}},
    "since": "last",
}
PRESET = {
    "name": "Weekly",
    "scope": "personal",
    **DESTINATION,
    "parts": ["content", "files"],
    "selection": SELECTION,
}


@pytest.fixture
def collections(source: FakeSource, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The collections of the source."""
    known = [{"collection": name} for name in ("posts", "pages", "notes")]
    get = source.get

    def answer(path: str, **params: Any) -> Any:
        return known if path == "/collections" else get(path, **params)

    monkeypatch.setattr(source, "get", answer)
    return known


def test_a_selection_is_saved_and_loaded(client: Client, collections: list[dict[str, str]]) -> None:
    saved = client.post("/presets", PRESET).document
    assert (saved["selection"], saved["parts"]) == (SELECTION, ["content", "files"])
    # What is selected brings along what it refers to, unless something else is said.
    assert (saved["references"], saved["gone"]) == ("bring", [])
    assert client.get("/presets").document["presets"] == [saved]


def test_collections_that_are_gone_are_named_and_the_rest_stays(
    client: Client, source: FakeSource, collections: list[dict[str, str]]
) -> None:
    client.post("/presets", PRESET)
    collections[1:] = []
    (preset,) = client.get("/presets").document["presets"]
    assert preset["gone"] == ["notes", "pages"]
    assert preset["selection"] == {
        "collections": ["posts"],
        "exclude": [],
        "filters": {},
        "since": "last",
    }
    # They may come back.
    assert source.presets[0]["layout_options"]["selection"] == SELECTION


def test_a_selection_can_be_changed_and_removed(
    client: Client, collections: list[dict[str, str]]
) -> None:
    client.post("/presets", PRESET)
    changed = client.send("PATCH", "/presets/1", json={"selection": {"exclude": ["notes"]}})
    assert changed.document["selection"] == {
        "collections": None,
        "exclude": ["notes"],
        "filters": {},
        "since": "",
    }
    removed = client.send("PATCH", "/presets/1", json={"selection": None, "parts": None})
    assert (removed.document["selection"], removed.document["parts"]) == (None, None)
    assert removed.document["references"] == "bring"


def test_of_a_stored_selection_that_cannot_be_read_nothing_is_selected(
    client: Client, source: FakeSource, collections: list[dict[str, str]]
) -> None:
    client.post("/presets", PRESET)
    source.presets[0]["layout_options"] |= {"selection": {"a": 1}, "parts": 3, "references": [1]}
    (preset,) = client.get("/presets").document["presets"]
    assert preset["selection"]["collections"] == []
    assert (preset["parts"], preset["references"]) == (None, "refuse")
