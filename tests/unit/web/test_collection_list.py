"""GET /collections lists what can be selected, and POST /collections/count counts a filter."""

from typing import Any

import pytest

from sidecar.errors import InvalidRequest
from sidecar.migration.check.collection_list import ListedCollection, ListedPart
from sidecar.web import collection_list as view
from tests.unit.web.client import Client, FakeSource

POSTS = ListedCollection(
    collection="posts",
    kind="collection",
    group="blog",
    sort=2,
    icon="article",
    color="#6644FF",
    note=None,
    translations=({"language": "de-DE", "translation": "Beiträge"},),
    hidden=False,
    collapse="open",
    singleton=False,
    rows=12,
)


class Side:
    url = "http://source.example"


def test_collections_and_parts_are_listed(
    client: Client, source: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "inspect", lambda asked: Side() if asked is source else None)
    monkeypatch.setattr(view, "list_collections", lambda side: [POSTS])
    monkeypatch.setattr(view, "list_parts", lambda side: [ListedPart("roles", "users", 3)])
    answer = client.get("/collections")
    assert answer.status == 200
    assert answer.document == {
        "collections": [POSTS.document()],
        "parts": [{"name": "roles", "option": "users", "rows": 3}],
    }
    assert source.closed


def test_a_filter_is_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def count(source: Any, *question: Any) -> tuple[int, int]:
        asked.append(question)
        return 37, 1_204

    monkeypatch.setattr(view, "count_selected", count)
    filter = {"status": {"_eq": "published"}}
    answer = client.post("/collections/count", {"collection": "posts", "filter": filter})
    assert (answer.status, answer.document) == (200, {"rows": 37, "total": 1_204})
    assert asked == [("posts", filter)]


def test_a_refused_filter_is_said_with_the_name_of_the_collection(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count(*_: Any) -> None:
        message = "The filter of posts was refused"
        raise InvalidRequest(message, code="FILTER_REFUSED", field="selection")

    monkeypatch.setattr(view, "count_selected", count)
    answer = client.post("/collections/count", {"collection": "posts", "filter": {}})
    assert answer.refusal == (400, "FILTER_REFUSED", "selection")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "collection"),
        ({"collection": ""}, "collection"),
        ({"collection": 1}, "collection"),
        ({"collection": "posts", "filter": []}, "filter"),
    ],
)
def test_wrong_input_is_named(client: Client, body: Any, field: str) -> None:
    assert client.post("/collections/count", body).refusal == (422, "INVALID_INPUT", field)
