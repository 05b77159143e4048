"""The schema diff: never a deletion, and nothing that an older Directus would take for one."""

import json
from typing import Any

from sidecar.directus.client import Directus
from sidecar.migration.schema.diff import compare_schema
from tests.stack.answering import Answering

META_BEFORE, META_AFTER = {"note": "old", "icon": "x"}, {"note": "new"}
CURRENT: dict[str, Any] = {
    "vendor": "sqlite",
    "collections": [{"collection": "posts", "meta": META_BEFORE}],
    "fields": [
        {"collection": "posts", "field": "title", "meta": META_BEFORE, "schema": {"name": "title"}}
    ],
    "relations": [],
}
WANTED: dict[str, Any] = {
    **CURRENT,
    "collections": [{"collection": "posts", "meta": META_AFTER}],
    "fields": [
        {"collection": "posts", "field": "title", "meta": META_AFTER, "schema": {"name": "title"}}
    ],
}


def compared(**parts: Any) -> Any:
    diff = {"collections": [], "fields": [], "relations": [], **parts}
    with Answering(json.dumps({"data": {"hash": "h", "diff": diff}}).encode()) as server:
        return compare_schema(Directus(server.url, "t"), WANTED, CURRENT, force=False)


def whole(kind: str, **names: str) -> dict[str, Any]:
    side = {"D": "lhs", "N": "rhs"}[kind]
    return {**names, "diff": [{"kind": kind, side: {**names, "type": "string"}}]}


def test_what_only_the_destination_has_is_kept_and_counted() -> None:
    diff = compared(
        collections=[whole("D", collection="own")],
        fields=[whole("D", collection="own", field="id")],
    )
    assert diff.empty
    assert diff.counts().document() == {"added": 0, "changed": 0, "kept": 2, "dropped": 0}


def test_additions_and_changes_are_counted_apart() -> None:
    change = {
        "collection": "posts",
        "diff": [{"kind": "E", "path": ["meta", "note"], "lhs": "old", "rhs": "new"}],
    }
    counts = compared(collections=[whole("N", collection="tags"), change]).counts()
    assert (counts.added, counts.changed) == (1, 1)


def test_names_leave_out_what_belongs_to_a_named_collection() -> None:
    new = [whole("N", collection="tags", field="id"), whole("N", collection="posts", field="tag")]
    own = [whole("D", collection="own", field=f"field_{number}") for number in range(150)]
    names = compared(collections=[whole("N", collection="tags")], fields=[*new, *own]).names()
    assert (names.added, names.changed, len(names.kept)) == (("tags", "posts.tag"), (), 100)


def test_a_nested_deletion_never_comes_first() -> None:
    gone = {"kind": "D", "path": ["meta", "icon"], "lhs": "x"}
    diff = compared(collections=[{"collection": "posts", "diff": [gone]}])
    assert diff.parts["collections"][0]["diff"] == [
        {"kind": "E", "path": ["meta"], "lhs": META_BEFORE, "rhs": META_AFTER}
    ]


def test_a_change_of_metadata_leaves_the_column_alone() -> None:
    edit = {"kind": "E", "path": ["meta", "note"], "lhs": "old", "rhs": "new"}
    (entry,) = compared(fields=[{"collection": "posts", "field": "title", "diff": [edit]}]).parts[
        "fields"
    ]
    assert entry["diff"][0] == {
        "kind": "E",
        "path": ["meta"],
        "lhs": META_BEFORE,
        "rhs": META_AFTER,
    }
    assert entry["diff"][1] == {"kind": "D", "path": ["schema"], "lhs": {}}


def test_a_column_in_the_place_of_an_alias_is_a_conflict_and_dropped_from_neither_side() -> None:
    both = [
        whole("D", collection="posts", field="blocks"),
        whole("N", collection="posts", field="blocks"),
    ]
    diff = compared(fields=both)
    assert diff.conflicts == ("posts.blocks",)
    assert diff.empty
