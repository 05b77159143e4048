"""A schema diff deletes nothing, and counts and names what it changes."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sidecar.directus.client import Directus
from sidecar.errors import DirectusRejected
from sidecar.migration.schema.adopted_changes import AdoptedChange
from sidecar.migration.schema.diff import SchemaDiff, apply_schema, compare_schema
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


def test_it_names_the_collections_that_change() -> None:
    fields = [whole("N", collection="posts", field="title")]
    diff = compared(collections=[whole("N", collection="tags")], fields=fields)
    adopted = AdoptedChange("pages", "title", "/fields/pages/title", {})
    assert replace(diff, adopted=(adopted,)).collections() == {"tags", "posts", "pages"}
    assert compared().collections() == set()


def test_additions_are_counted_by_kind() -> None:
    tags, folder = (whole("N", collection=name) for name in ("tags", "blog"))
    # Directus shows no schema of a folder.
    tags["diff"][0]["rhs"] = {"collection": "tags", "schema": {"name": "tags"}}
    folder["diff"][0]["rhs"] = {"collection": "blog"}
    diff = compared(
        collections=[tags, folder],
        fields=[whole("N", collection="tags", field=name) for name in ("id", "name")],
    )
    assert diff.added_parts() == {"collections": 2, "folders": 1, "fields": 2, "relations": 0}


def test_a_named_collection_stands_for_its_fields() -> None:
    new = [whole("N", collection="tags", field="id"), whole("N", collection="posts", field="tag")]
    own = [whole("D", collection="own", field=f"field_{number}") for number in range(150)]
    names = compared(collections=[whole("N", collection="tags")], fields=[*new, *own]).names()
    assert (names.added, names.changed, len(names.kept)) == (("tags", "posts.tag"), (), 100)


def test_a_nested_deletion_is_sent_as_an_edit_of_the_metadata() -> None:
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


def test_a_column_in_the_place_of_an_alias_is_a_conflict_and_is_not_deleted() -> None:
    both = [
        whole("D", collection="posts", field="blocks"),
        whole("N", collection="posts", field="blocks"),
    ]
    diff = compared(fields=both)
    assert diff.conflicts == ("posts.blocks",)
    assert diff.empty


def test_equal_schemas_have_an_empty_diff() -> None:
    with Answering((204, {}, b"")) as server:
        diff = compare_schema(Directus(server.url, "t"), WANTED, CURRENT, force=False)
    assert (diff.hash, diff.empty) == (None, True)


def test_a_diff_can_be_reduced_to_changes_of_some_collections() -> None:
    changes = [
        {"collection": name, "diff": [{"kind": "E", "path": ["meta"]}]}
        for name in ("posts", "tags")
    ]
    new = whole("N", collection="posts", field="slug")
    diff = SchemaDiff("hash", {"collections": changes, "fields": [new]})
    assert diff.changes_of({"posts"}).parts == {"collections": changes[:1], "fields": []}


def test_a_deletion_is_never_sent() -> None:
    diff = SchemaDiff("hash", {"collections": [whole("D", collection="posts")]})
    with Answering(b"{}") as server, pytest.raises(AssertionError, match="deletion"):
        apply_schema(Directus(server.url, "t"), diff, force=True)
    assert server.received == []


def test_an_empty_diff_sends_no_request() -> None:
    with Answering(b"{}") as server:
        apply_schema(Directus(server.url, "t"), SchemaDiff(None, {"fields": []}), force=False)
    assert server.received == []


@pytest.mark.parametrize(("force", "query"), [(True, "?force=true"), (False, "")])
def test_a_diff_is_applied_with_one_request(force: bool, query: str) -> None:
    diff = SchemaDiff("hash", {"fields": [whole("N", collection="posts", field="slug")]})
    with Answering((204, {}, b"")) as server:
        apply_schema(Directus(server.url, "t"), diff, force=force)
    assert server.received == [("POST", f"/schema/apply{query}")]
    assert b'"hash":"hash"' in server.bodies[0]


def test_a_refused_diff_clears_the_cache() -> None:
    refusal = {"errors": [{"message": "posts.slug is bad", "extensions": {"code": "INTERNAL"}}]}
    diff = SchemaDiff("hash", {"fields": [whole("N", collection="posts", field="slug")]})
    with Answering((400, {}, json.dumps(refusal).encode()), (204, {}, b"")) as server:
        with pytest.raises(DirectusRejected, match=r"^posts\.slug is bad"):
            apply_schema(Directus(server.url, "t"), diff, force=False)
        assert server.received[1] == ("POST", "/utils/cache/clear?system=true")


@pytest.mark.parametrize(("force", "query"), [(True, "?force=true"), (False, "")])
def test_schemas_are_compared_with_one_request(force: bool, query: str) -> None:
    with Answering((204, {}, b"")) as server:
        compare_schema(Directus(server.url, "t"), WANTED, CURRENT, force=force)
    assert server.received == [("POST", f"/schema/diff{query}")]
