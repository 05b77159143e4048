"""Fields whose names REST misreads cost themselves, and not the run."""

from collections.abc import Mapping
from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.readable_fields import with_readable_fields
from tests.unit.instances import column, instance

NAMED = DirectusRejected("Invalid function specified", code="INVALID_QUERY", status=400)
TABLE = {"collection": "posts", "schema": {"name": "posts"}, "meta": {}}


class Client:
    """Reads names as Directus does: it splits at commas, follows dots, and calls functions.

    It has one ``row``, or none when it is ``empty``.
    """

    url = "http://source"

    def __init__(self, row: Mapping[str, Any], *, empty: bool = False) -> None:
        self.row = row
        self._empty = empty
        self.asked: list[list[str]] = []

    def search(self, path: str, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        fields = list(query["fields"])
        self.asked.append(fields)
        assert not {"*", "*.x"} & {*fields} or fields == ["*"]
        if any("(" in name for name in (self.row if fields == ["*"] else fields)):
            raise NAMED
        if self._empty or query["limit"] == 0:
            return []
        names = self.row if fields == ["*"] else [name for name in fields if "," not in name]
        return [{name: self.row[name] for name in names if "." not in name and name in self.row}]


def inspected(client: Client, *names: str, key: str = "id") -> Instance:
    fields = [column("posts", name, key=name == key, system=False) for name in (key, *names)]
    return with_readable_fields(instance("12.4.0", *fields, client=client, tables=[TABLE]))


def row(*names: str) -> dict[str, Any]:
    return dict.fromkeys(("id", *names), "x")


def test_ordinary_names_cost_no_request() -> None:
    client = Client(row())
    names = ("title", "日本", "with space", "a-b", "_id", "toString")
    assert inspected(client, *names).model.resources["posts"].columns == ("id", *names)
    assert client.asked == []


def test_a_name_with_a_comma_is_read_with_all_others() -> None:
    posts = inspected(Client(row("a,b", "c#d")), "a,b", "c#d").model.resources["posts"]
    assert posts.columns == ("id", "a,b", "c#d")
    assert posts.read_with_all == {"a,b"}


@pytest.mark.parametrize("name", ["*", "*.x"])
def test_a_wildcard_is_never_asked_for(name: str) -> None:
    client = Client(row(name, "a,b"))
    side = inspected(client, name, "a,b")
    assert side.unreadable_fields.keys() == {("posts", name), ("posts", "a,b")}
    assert ["*"] not in client.asked


def test_a_key_that_looks_like_an_operator_is_never_asked_for() -> None:
    client = Client(row())
    assert inspected(client, key="_id").unreadable_fields.keys() == {("posts", "_id")}
    assert client.asked == []


@pytest.mark.parametrize("name", ["a.b", "year(a)", "constructor"])
def test_a_field_that_cannot_be_asked_for_is_left_out_with_a_reason(name: str) -> None:
    known = {name} - {"constructor"}
    side = inspected(Client(row(*known, "c#d")), name, "c#d")
    posts = side.model.resources["posts"]
    assert posts.columns == ("id", "c#d")
    assert side.unreadable_fields.keys() == {("posts", name)}
    assert side.unreadable_fields["posts", name]


def test_a_collection_whose_key_cannot_be_asked_for_is_left_out() -> None:
    side = inspected(Client({"a.b": 1, "title": "x"}), "title", key="a.b")
    assert "posts" not in side.model.resources
    assert side.unreadable_fields.keys() == {("posts", "a.b")}


def test_without_rows_only_a_refusal_tells() -> None:
    unknown = Client(row("a.b"), empty=True), Client(row("year(a)"), empty=True)
    assert inspected(unknown[0], "a.b").unreadable_fields == {}
    assert inspected(unknown[1], "year(a)").unreadable_fields.keys() == {("posts", "year(a)")}
