"""Collections are listed as Directus' content navigation shows them."""

from dataclasses import replace
from typing import Any, cast

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.check.collection_list import list_collections, list_parts
from sidecar.migration.check.filters import count_matching, count_selected
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import ROLES, USERS, Resource
from sidecar.resources.data_model import build_data_model
from tests.unit.instances import column, instance

Row = dict[str, Any]
REFUSED = DirectusRejected("no such field", code="FORBIDDEN", status=403)
TABLES: tuple[Row, ...] = (
    {"collection": "logs", "meta": {"hidden": True, "sort": None}, "schema": {}},
    {"collection": "posts", "meta": {"sort": 2, "group": "blog", "icon": "article"}, "schema": {}},
    {
        "collection": "blog",
        "meta": {
            "sort": 1,
            "group": "gone",
            "translations": [{"language": "de-DE", "translation": "Blog", "plural": "x"}, 3],
        },
        "schema": None,
    },
    {"collection": "broken", "meta": {"sort": 3}, "schema": {}},
    {"collection": "untracked", "meta": None, "schema": {}},
    {"collection": USERS, "meta": {}, "schema": {}},
    {"collection": ROLES, "meta": {}, "schema": {}},
)
ROWS: dict[str, int] = {"logs": 5, "posts": 12, USERS: 3, ROLES: 2}


class Counts:
    def count(self, resource: Resource) -> int:
        if resource.name not in ROWS:
            raise REFUSED
        return ROWS[resource.name]


def side() -> Instance:
    fields = tuple(
        column(row["collection"], "id", key=True, system=False)
        for row in TABLES
        if row["schema"] is not None
    )
    made = instance("12.4.0", *fields, tables=TABLES)
    model = build_data_model(TABLES, fields, ())
    return replace(made, collections=TABLES, rows=cast(Any, Counts()), model=model)


def test_collections_come_in_the_order_of_the_navigation_with_their_rows() -> None:
    listed = list_collections(side())
    assert [(one.collection, one.kind, one.group, one.rows) for one in listed] == [
        ("blog", "folder", None, None),
        ("posts", "collection", "blog", 12),
        ("broken", "collection", None, None),
        ("logs", "collection", None, 5),
    ]
    blog, posts, broken, logs = listed
    assert blog.translations == ({"language": "de-DE", "translation": "Blog"},)
    assert (posts.icon, logs.hidden, broken.problem) == ("article", True, "no such field")
    assert (posts.problem, blog.problem) == (None, None)


def test_parts_have_the_rows_of_their_collections() -> None:
    parts = {part.name: part for part in list_parts(side())}
    assert (parts["users"].rows, parts["users"].option) == (3, "users")
    assert (parts["roles"].rows, parts["roles"].option) == (2, "users")
    assert (parts["schema"].rows, parts["schema"].option) == (None, None)


class Source:
    """A source with posts and a singleton, that refuses filters by ``colour``."""

    url = "http://source.example"

    def get(self, path: str) -> Row:
        name = path.removeprefix("/collections/")
        if name not in ("posts", "home", "folder"):
            raise REFUSED
        return {
            "schema": None if name == "folder" else {"name": name},
            "meta": {"singleton": name == "home"},
        }

    def search(self, path: str, query: Row) -> list[Row]:
        if "colour" in query["filter"]:
            raise REFUSED
        return [{"count": "3" if query["filter"] else "12"}]


SOURCE = cast(Any, Source())


def test_a_filter_is_counted_beside_all_rows() -> None:
    assert count_selected(SOURCE, "posts", {"id": {"_gt": 1}}) == (3, 12)
    assert count_selected(SOURCE, "posts", {}) == (12, 12)


@pytest.mark.parametrize(
    ("name", "filter", "code"),
    [
        ("posts", {"colour": {"_eq": 1}}, "FILTER_REFUSED"),
        ("home", {"id": {"_eq": 1}}, "FILTER_REFUSED"),
        ("folder", {}, "UNKNOWN_COLLECTION"),
        ("nothing", {}, "UNKNOWN_COLLECTION"),
        ("..", {}, "UNKNOWN_COLLECTION"),
    ],
)
def test_what_cannot_be_counted_is_said_with_its_name(name: str, filter: Row, code: str) -> None:
    with pytest.raises(Exception, match=name) as caught:
        count_selected(SOURCE, name, filter)
    assert cast(Any, caught.value).code == code


def test_a_singleton_is_counted_as_a_whole() -> None:
    assert count_matching(SOURCE, "home", {}, singleton=True) == 12
