"""Rows that are written over REST: which request carries them."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from sidecar.migration.instance.rest_writer import RestRowWriter
from sidecar.migration.instance.rows import EncodedRow
from sidecar.resources.base import COMMENTS, FILES, Resource, SystemCollection, items_path

POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id", "title"))


class Client:
    """A client that records requests, and answers each create with the keys it was sent."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Any]] = []
        self.repeatable: list[bool] = []
        self.more: list[dict[str, Any]] = []

    def create(self, path: str, body: bytes, *, fields: list[str], repeatable: bool) -> Any:
        sent = orjson.loads(body)
        self.requests.append(("POST", path, sent))
        self.repeatable.append(repeatable)
        if isinstance(sent, dict):
            return {"id": sent.get("id", 7)}
        return [*({"id": row.get("id", 7)} for row in sent), *self.more]

    def update(self, path: str, body: bytes, *, fields: list[str]) -> None:
        self.requests.append(("PATCH", path, orjson.loads(body)))

    def send(self, method: str, path: str, *, body: Any = None, files: Any = None) -> None:
        self.requests.append((method, path, files or body))


@pytest.fixture
def client() -> Any:
    return Client()


def encoded(*rows: dict[str, Any]) -> list[EncodedRow]:
    return [EncodedRow(row, orjson.dumps(row)) for row in rows]


def test_a_batch_is_one_request_and_answers_the_keys(client: Any) -> None:
    rows = [{"id": 1, "title": "a"}, {"id": 2, "title": "b"}]
    assert RestRowWriter(client).create(POSTS, encoded(*rows)) == [1, 2]
    assert client.requests == [("POST", "/items/posts", rows)]
    assert client.repeatable == [True]


def test_a_row_whose_key_the_server_assigns_is_never_sent_twice(client: Any) -> None:
    presets = replace(POSTS, rules=SystemCollection("presets", server_assigned_key=True))
    assert RestRowWriter(client).create(presets, encoded({"title": "a"})) == [7]
    assert client.repeatable == [False]


def test_rows_without_a_key_in_the_answer_are_not_ours(client: Any) -> None:
    client.more = [{"collection": "posts"}]
    assert RestRowWriter(client).create(POSTS, encoded({"id": 1})) == [1]


@pytest.mark.parametrize("name", [COMMENTS, FILES])
def test_directus_takes_some_rows_one_by_one(client: Any, name: str) -> None:
    alone = SystemCollection("content", one_by_one=name == COMMENTS)
    resource = replace(POSTS, name=name, rules=alone)
    assert RestRowWriter(client).create(resource, encoded({"id": 1}, {"id": 2})) == [1, 2]
    assert [body for _, _, body in client.requests] == [{"id": 1}, {"id": 2}]


def test_the_settings_are_updated_as_one_object(client: Any) -> None:
    settings = replace(POSTS, name="directus_settings", path="/settings", singleton=True)
    RestRowWriter(client).update(settings, encoded({"id": 1, "title": "a"}))
    assert client.requests == [("PATCH", "/settings", {"id": 1, "title": "a"})]


def test_any_character_may_be_in_the_name_of_a_collection(client: Any) -> None:
    posts = replace(POSTS, name="a/b?c#d%", path=items_path("a/b?c#d%"))
    RestRowWriter(client).create_large(posts, encoded({"id": 1})[0])
    RestRowWriter(client).update(posts, encoded({"id": 1}))
    paths = [path for _, path, _ in client.requests]
    assert paths == ["/utils/import/a%2Fb%3Fc%23d%25", "/items/a%2Fb%3Fc%23d%25"]


def test_a_large_row_is_imported_as_a_file(client: Any) -> None:
    RestRowWriter(client).create_large(POSTS, encoded({"id": 1})[0])
    ((method, path, files),) = client.requests
    assert (method, path) == ("POST", "/utils/import/posts")
    assert files["file"][1] == b'[{"id":1}]'


def test_updates_share_a_request_unless_they_must_not(client: Any) -> None:
    writer = RestRowWriter(client)
    writer.update(POSTS, encoded({"id": 1}, {"id": 2}))
    writer.update(POSTS, encoded({"id": "a/b", "title": "c"}), one_by_one=True)
    assert client.requests == [
        ("PATCH", "/items/posts", [{"id": 1}, {"id": 2}]),
        ("PATCH", "/items/posts/a%2Fb", {"id": "a/b", "title": "c"}),
    ]


def test_the_key_0_is_not_in_a_list(client: Any) -> None:
    RestRowWriter(client).update(POSTS, encoded({"id": 0}, {"id": 1}, {"id": 2}))
    RestRowWriter(client).update(POSTS, encoded({"id": "0"}))
    assert client.requests == [
        ("PATCH", "/items/posts/0", {"id": 0}),
        ("PATCH", "/items/posts", [{"id": 1}, {"id": 2}]),
        ("PATCH", "/items/posts/0", {"id": "0"}),
    ]


def test_rows_are_deleted_by_their_keys(client: Any) -> None:
    RestRowWriter(client).delete(POSTS, [1, 2])
    assert client.requests == [("DELETE", "/items/posts", [1, 2])]
