"""Rows that are read over REST: what is special about some collections."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.instance.legacy import LegacyRows
from sidecar.migration.instance.rest_reader import RestRowReader
from sidecar.migration.instance.rows import keys_from_text
from sidecar.resources.base import COMMENTS, PERMISSIONS, Resource, SystemCollection

POSTS = Resource("posts", "content", "/items/posts", "id", "integer", ("id", "title"))


class Client:
    """A client that records queries, and answers them from ``answers`` by path."""

    url = "http://instance"

    def __init__(self) -> None:
        self.answers: dict[str, list[Any]] = {}
        self.queries: list[tuple[str, Mapping[str, Any]]] = []
        self.counted: tuple[list[Any], int] = [], 0

    def search(self, path: str, query: Mapping[str, Any]) -> Any:
        self.queries.append((path, query))
        answers = self.answers.get(path, [])
        return answers.pop(0) if answers else []

    def search_and_count(self, path: str, query: Mapping[str, Any], keys: Any) -> Any:
        self.queries.append((path, query))
        return self.counted

    def search_keys(self, path: str, keys: Any, fields: Any) -> Any:
        return [row for row in self.answers[path][0] if row.get("id") in keys]


@pytest.fixture
def client() -> Any:
    return Client()


def test_rows_come_in_pages_and_by_key(client: Any) -> None:
    client.answers["/items/posts"] = [[{"id": 1}, {"id": 2}]]
    reader = RestRowReader(client, None, None)
    assert list(reader.pages(POSTS, ["id"])) == [[{"id": 1}, {"id": 2}]]
    client.answers["/items/posts"] = [[{"id": 1}, {"id": 2}, {"collection": "x"}]]
    assert reader.by_key(POSTS, [2, 3], ["id"]) == {2: {"id": 2}}


@pytest.mark.parametrize(("answer", "total"), [("12", 12), (12, 12), (None, 0)])
def test_a_sum_comes_as_number_as_text_or_not_at_all(
    client: Any, answer: object, total: int
) -> None:
    client.answers["/items/posts"] = [[{"sum": {"id": answer}}]]
    assert RestRowReader(client, None, None).total(POSTS, "id") == total


def test_what_the_resource_skips_is_never_read(client: Any) -> None:
    presets = replace(POSTS, rules=SystemCollection("presets", skips=("collection", ("ours",))))
    client.answers["/items/posts"] = [[{"count": "3"}]]
    assert RestRowReader(client, None, None).count(presets, {"user": {"_null": True}}) == 3
    ((_, query),) = client.queries
    kept = {"_or": [{"collection": {"_null": True}}, {"collection": {"_nin": ["ours"]}}]}
    assert query["filter"] == {"_and": [kept, {"user": {"_null": True}}]}


def test_permissions_are_asked_for_with_all_their_columns_and_counted_by_reading(
    client: Any,
) -> None:
    permissions = replace(POSTS, name=PERMISSIONS)
    client.answers["/items/posts"] = [[{"id": 1}, {"id": 2}]]
    assert RestRowReader(client, None, None).count(permissions) == 2
    assert client.queries[0][1]["fields"] == ["id", "title"]


def test_comments_of_an_old_version_come_with_those_of_its_activity(client: Any) -> None:
    comments = replace(POSTS, name=COMMENTS, path="/comments", key_type="uuid", legacy=True)
    client.answers["/comments"] = [[{"id": "a"}, {"id": 5}], []]
    row = {"id": 5, "collection": "posts", "item": "1", "comment": "Hello", "user": "u"}
    client.answers["/activity"] = [[{**row, "timestamp": "2024-01-01"}]]
    reader = RestRowReader(client, None, LegacyRows(client, None))
    first, second = reader.pages(comments, ["id", "comment", "user_created"])
    assert first == [{"id": "a"}]
    assert [(one["comment"], one["user_created"]) for one in second] == [("Hello", "u")]
    assert len(second[0]["id"]) == 36


def test_extremes_are_the_smallest_and_the_largest_value(client: Any) -> None:
    client.answers["/items/posts"] = [[{"min": {"id": 1}, "max": {"id": "9"}}]]
    assert RestRowReader(client, None, None).extremes(POSTS, ["id"]) == {"id": (1, "9")}


def test_a_key_that_javascript_cannot_hold_stays_text() -> None:
    numbers = keys_from_text(POSTS, ["7", str(2**53 - 1), str(2**53)])
    assert numbers == [7, 2**53 - 1, str(2**53)]
    assert keys_from_text(replace(POSTS, key_type="string"), ["7"]) == ["7"]


def test_a_key_with_a_point_stays_text() -> None:
    """Directus takes PostgreSQL's decimals without a size for integers."""
    assert keys_from_text(POSTS, ["1.50", "-3"]) == ["1.50", -3]


def test_values_of_a_column_that_a_filter_takes_for_an_operator_are_counted_by_reading(
    client: Any,
) -> None:
    client.answers["/items/posts"] = [[{"id": 1, "_and": 5}, {"id": 2, "_and": None}]]
    assert RestRowReader(client, None, None).count_values(POSTS, ["_and"]) == {(5,): 1}
    assert "_and" not in client.queries[0][1].get("filter", {})


def test_values_of_a_name_that_rest_does_not_group_by_are_counted_by_reading(client: Any) -> None:
    comma = replace(POSTS, columns=("id", "a,b"), read_with_all=frozenset({"a,b"}))
    client.answers["/items/posts"] = [[{"id": 1, "a,b": 5}, {"id": 2, "a,b": 5}]]
    counted = RestRowReader(client, None, None).count_values(comma, ["a,b"])
    assert counted == {(5,): 2}
    assert all("groupBy" not in query and "group" not in query for _, query in client.queries)


def test_the_first_page_comes_with_the_number_of_all_rows(client: Any) -> None:
    reader = RestRowReader(client, 30, None)
    client.counted = [{"id": 1}, {"id": None}], 9
    assert reader.first_rows(POSTS, ["id"]) == ([{"id": 1}], 9)
    assert reader.first_rows(POSTS, ["id"], range(50)) == ([{"id": 1}], 9)
    assert client.queries == [
        ("/items/posts", {"fields": ["id"], "sort": ["id"], "limit": 30}),
        # The server refuses more than its limit. Fewer rows would look as if the others were gone.
        ("/items/posts", {"fields": ["id"], "limit": 50}),
    ]
