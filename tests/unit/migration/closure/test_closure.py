"""The rows that travel are those that a plain computation over all rows finds."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.migration.closure.closure import Closure
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.selected_rows import SelectedRows
from sidecar.resources.base import FILES, Column, ItemReference, Reference, Resource
from sidecar.resources.model import DataModel
from tests.unit.instances import instance
from tests.unit.migration.closure.filtered_rows import FilteredRows

KEYS = st.integers(1, 9)
FILE = "00000000-0000-4000-8000-00000000000{}"
Tables = dict[str, dict[Any, dict[str, Any]]]


def resource(name: str, *columns: str, **more: Any) -> Resource:
    return Resource(name, "content", f"/items/{name}", "id", "integer", ("id", *columns), **more)


POSTS = resource(
    "posts",
    "author",
    "parent",
    "body",
    "picked",
    references=(Reference("author", "authors"), Reference("parent", "posts")),
)
AUTHORS = resource("authors", "best", references=(Reference("best", "posts"),))
LABELS = resource("labels")
JUNCTION = resource(
    "posts_labels",
    "post",
    "collection",
    "item",
    references=(Reference("post", "posts"),),
    item_references=(ItemReference("collection", "item", targets=("labels", "authors")),),
)
PICTURES = Resource(FILES, "files", "/files", "id", "uuid", ("id",))
ALL = {one.name: one for one in (POSTS, AUTHORS, LABELS, JUNCTION, PICTURES)}


def source_of(tables: Tables) -> Instance:
    rows = FilteredRows()
    rows.tables.update(tables)
    described = instance("12.4.0")
    types = {"body": "text"}
    columns = {
        name: {column: Column(column, types.get(column, "integer")) for column in one.columns}
        for name, one in ALL.items()
    }
    return replace(
        described,
        rows=rows,
        model=DataModel(dict(ALL), columns, frozenset()),
        fields=(
            {"collection": "posts", "field": "labels", "meta": {"special": ["m2a"]}},
            {"collection": "authors", "field": "posts", "meta": {"special": ["o2m"]}},
        ),
        relations=(
            _relation("posts_labels", "post", "posts", "labels"),
            _relation("posts", "author", "authors", "posts"),
        ),
    )


def _relation(collection: str, field: str, related: str, alias: str) -> dict[str, Any]:
    return {
        "collection": collection,
        "field": field,
        "related_collection": related,
        "meta": {"one_field": alias},
    }


@st.composite
def databases(draw: st.DrawFn) -> Tables:
    maybe = st.none() | KEYS
    body = st.just("nothing") | KEYS.map(lambda key: f"<img src='/assets/{FILE.format(key)}'>")
    posts = {
        key: {
            "id": key,
            "author": draw(maybe),
            "parent": draw(maybe),
            "body": draw(body),
            "picked": draw(st.booleans()),
        }
        for key in draw(st.sets(KEYS))
    }
    authors = {key: {"id": key, "best": draw(maybe)} for key in draw(st.sets(KEYS))}
    junction = {
        key: {
            "id": key,
            "post": draw(st.none() | st.sampled_from([*posts])) if posts else None,
            "collection": draw(st.sampled_from(["labels", "authors"])),
            "item": draw(KEYS),
        }
        for key in draw(st.sets(KEYS))
    }
    return {
        "posts": posts,
        "authors": authors,
        "labels": {key: {"id": key} for key in draw(st.sets(KEYS))},
        "posts_labels": junction,
        FILES: {FILE.format(key): {"id": FILE.format(key)} for key in draw(st.sets(KEYS))},
    }


def expected(tables: Tables, chosen: set[tuple[str, Any]]) -> set[tuple[str, Any]]:
    """The same by a plain computation: again and again over all rows, until nothing is new."""
    found = set(chosen)
    while True:
        more = set(found)
        for name, key in found:
            row = tables[name][key]
            if name == "posts":
                more |= {("authors", row["author"]), ("posts", row["parent"])}
                more |= {(FILES, file) for file in tables[FILES] if file in row["body"]}
                more |= {
                    ("posts_labels", one["id"])
                    for one in tables["posts_labels"].values()
                    if one["post"] == key
                }
            elif name == "authors":
                more.add(("posts", row["best"]))
            elif name == "posts_labels":
                more |= {("posts", row["post"]), (row["collection"], row["item"])}
        more = {(name, key) for name, key in more if key in tables[name]}
        if more == found:
            return found
        found = more


def travelling(closure: Closure) -> set[tuple[str, Any]]:
    """Every row that a reader of the selection shows."""
    partial = frozenset(ALL) - closure.whole
    rows = SelectedRows(closure.source.rows, closure.keys, partial)
    shown = {
        (name, row["id"])
        for name, one in ALL.items()
        for page in rows.pages(one, ["id"])
        for row in page
    }
    assert {name: rows.count(one) for name, one in ALL.items()} == {
        name: sum(other == name for other, _ in shown) for name in ALL
    }
    return shown


@settings(deadline=None)
@given(databases(), st.booleans())
def test_selected_rows_bring_all_that_they_need(tables: Tables, whole: bool) -> None:
    chosen = {("posts", key) for key, row in tables["posts"].items() if whole or row["picked"]}
    filter = None if whole else {"picked": {"_eq": True}}
    closure = Closure(source_of(tables), {"posts": filter}, ALL, KeySets())
    with closure.keys:
        closure.compute()
        assert travelling(closure) == expected(tables, chosen)


def test_what_is_not_reachable_is_not_brought_along() -> None:
    post = {"id": 1, "author": 2, "parent": None, "body": "", "picked": True}
    source = source_of({"posts": {1: post}, "authors": {2: {"id": 2, "best": None}}})
    reachable = {name: one for name, one in ALL.items() if name != "authors"}
    picked = {"posts": {"picked": {"_eq": True}}}
    closure = Closure(source, picked, reachable, KeySets())
    with closure.keys:
        closure.compute()
        assert closure.keys.collections() == {"posts"}
        assert closure.keys.count("posts") == (1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "/assets/{}?width=100-200",
        "x-y {}",
        "0123456789abcdef{}fedcba",
        "11111111-1111-1111-1111-{}",
        "{0}, {0}",
    ],
)
@pytest.mark.parametrize("upper", [False, True])
def test_files_are_found_in_any_text(text: str, upper: bool) -> None:
    file = "abcdef01-2345-4678-89ab-cdef01234567"
    body = text.format(file.upper() if upper else file)
    post = {"id": 1, "author": None, "parent": None, "body": body, "picked": True}
    source = source_of({"posts": {1: post}, FILES: {file: {"id": file}}})
    closure = Closure(source, {"posts": {"picked": {"_eq": True}}}, ALL, KeySets())
    with closure.keys:
        closure.compute()
        assert travelling(closure) == {("posts", 1), (FILES, file)}


@pytest.mark.parametrize("key", ["", "null", "10", "9"])
def test_keys_of_any_kind_are_kept(key: str) -> None:
    source = source_of({FILES: {key: {"id": key}}})
    closure = Closure(source, {}, ALL, KeySets())
    with closure.keys as keys:
        keys.bring(FILES, [key])
        closure.compute()
        assert travelling(closure) == {(FILES, key)}
        assert keys.count(FILES) == (1, 1)
