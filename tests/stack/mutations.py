"""Answers of a small project, and the same answers with one value replaced: what a lying side may
send."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from tests.stack.pretender import DATA, SNAPSHOT

Document = Any
COLUMN = {
    "name": "id",
    "table": "posts",
    "data_type": "integer",
    "default_value": None,
    "is_nullable": False,
    "is_primary_key": True,
    "is_unique": True,
    "has_auto_increment": True,
    "foreign_key_table": None,
    "foreign_key_column": None,
    "max_length": None,
}
ID = {"collection": "posts", "field": "id", "type": "integer", "meta": {"special": None}}
FIELDS: list[Document] = [
    {**ID, "schema": COLUMN},
    {
        **ID,
        "field": "title",
        "type": "string",
        "schema": {**COLUMN, "name": "title", "is_primary_key": False, "is_nullable": True},
    },
]
COLLECTION = {
    "collection": "posts",
    "meta": {"collection": "posts", "singleton": False, "group": None, "accountability": "all"},
    "schema": {"name": "posts"},
}
RELATION = {
    "collection": "posts",
    "field": "title",
    "related_collection": None,
    "meta": None,
    "schema": None,
}
# Rows, and the number of them: a server that answers by path alone says both.
POSTS = [{"id": 1, "title": "a", "count": 1}]
EDITED = {"kind": "E", "path": ["meta", "special"], "lhs": None, "rhs": ["x"]}
DIFF = {
    "hash": "abc",
    "diff": {
        "collections": [],
        "fields": [{"collection": "posts", "field": "title", "diff": [EDITED]}],
        "systemFields": [],
        "relations": [],
    },
}
NEW = {
    "hash": "abc",
    "diff": {
        "collections": [{"collection": "posts", "diff": [{"kind": "N", "rhs": COLLECTION}]}],
        "fields": [
            {"collection": "posts", "field": field["field"], "diff": [{"kind": "N", "rhs": field}]}
            for field in FIELDS
        ],
        "systemFields": [],
        "relations": [],
    },
}
SYSTEM = (
    "users", "permissions", "presets", "folders", "files", "translations", "flows", "operations",
    "dashboards", "panels", "comments", "access", "extensions", "notifications", "shares",
    "versions",
)  # fmt: skip
ANSWERS: dict[str, Document] = {
    **DATA,
    **{f"/{name}": [] for name in SYSTEM},
    "/settings": {"project_id": "a"},
    "/server/info": {"queryLimit": {"max": 100}, "rateLimit": {"points": 50, "duration": 1}},
    "/schema/snapshot": {**SNAPSHOT, "collections": [COLLECTION], "fields": FIELDS},
    "/schema/diff": DIFF,
    "/collections": [COLLECTION],
    "/fields": FIELDS,
    "/relations": [],
    "/items/posts": POSTS,
}
STRANGE: list[Any] = [
    None, True, 0, -1, 2**70, 1.5, "", "²", "..", "../users", "posts", "directus_users", "D", "N",
    "\ud7ff\x00", "x" * 5_000, [], [None], [[]], {}, {"id": None}, ["meta"], ["schema", "x"],
]  # fmt: skip


def mutated(document: Document, chance: random.Random) -> Document:
    """A copy of ``document`` with one value replaced or left out."""
    root = {"root": copy.deepcopy(document)}
    holder, key = chance.choice(list(_places(root)))
    if key != "root" and chance.random() < 0.2:
        del holder[key]
    else:
        holder[key] = chance.choice(STRANGE)
    return root["root"]


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)
