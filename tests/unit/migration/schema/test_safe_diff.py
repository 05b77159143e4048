"""No entry of a diff that is sent deletes or cuts anything, whatever the version of Directus."""

from typing import Any

import pytest

from sidecar.migration.schema.safe_diff import COLUMN_UNTOUCHED, SafeDiff
from tests.unit.migration.schema.snapshots import Row, field, snapshot, string

TITLE = {"collection": "posts", "field": "title"}
TEXT = field("title", ("text", "text", None, None, None, None))


def side(*fields: Row, vendor: str = "sqlite", **parts: Any) -> Row:
    return snapshot(vendor, fields, **parts)


def edit(*path: str, kind: str = "E", **values: Any) -> Row:
    return {"kind": kind, "path": list(path), **values}


def test_a_deletion_is_left_out() -> None:
    safe = SafeDiff(side(), side(string("title")))
    assert safe.reduce("fields", {**TITLE, "diff": [{"kind": "D", "lhs": {}}]}) is None


def test_a_new_field_is_sent_as_its_request() -> None:
    uuid = field("id", ("string", "char", 36, None, None, None))
    entry = {**TITLE, "diff": [{"kind": "N", "rhs": uuid}]}
    reduced = SafeDiff(side(uuid), side()).reduce("fields", entry)
    assert reduced is not None
    assert reduced["diff"] == [{"kind": "N", "rhs": {**uuid, "type": "uuid"}}]


def test_a_nested_deletion_is_left_out_and_a_nested_addition_is_an_edit() -> None:
    changes = [
        edit("schema", "comment", kind="D", lhs="x"),
        edit("schema", "is_indexed", kind="N", rhs=True),
    ]
    safe = SafeDiff(side(string("title", is_indexed=True)), side(string("title")))
    reduced = safe.reduce("fields", {**TITLE, "diff": changes})
    assert reduced is not None
    assert reduced["diff"] == [edit("schema", "is_indexed", lhs=None, rhs=True)]


def test_a_change_of_metadata_is_one_edit_that_leaves_the_column_alone() -> None:
    before, after = string("title"), string("title")
    after["meta"] = {"special": None, "note": "new"}
    entry = {**TITLE, "diff": [edit("meta", "note", lhs=None, rhs="new")]}
    reduced = SafeDiff(side(after), side(before)).reduce("fields", entry)
    assert reduced is not None
    assert reduced["diff"] == [
        edit("meta", lhs=before["meta"], rhs=after["meta"]),
        COLUMN_UNTOUCHED,
    ]


def test_an_unchanged_status_of_a_collection_is_not_sent() -> None:
    before, after = (
        {"collection": "posts", "meta": {"status": "active", "note": note}} for note in ("a", "b")
    )
    safe = SafeDiff(side(collections=[after]), side(collections=[before]))
    entry = {"collection": "posts", "diff": [edit("meta", "note", lhs="a", rhs="b")]}
    reduced = safe.reduce("collections", entry)
    assert reduced is not None
    assert reduced["diff"][0]["rhs"] == {"note": "b"}


def test_a_table_in_the_place_of_a_folder_is_a_conflict() -> None:
    safe = SafeDiff(side(), side())
    entry = {"collection": "posts", "diff": [edit("schema", kind="N", rhs={})]}
    assert safe.reduce("collections", entry) is None
    assert safe.conflicts == {"posts"}


def test_a_wider_column_keeps_its_size_and_takes_other_changes() -> None:
    safe = SafeDiff(side(string("title", 20, default="x")), side(string("title", 30)))
    changes = [
        edit("schema", "max_length", lhs=30, rhs=20),
        edit("schema", "default_value", lhs=None, rhs="x"),
    ]
    reduced = safe.reduce("fields", {**TITLE, "diff": changes})
    assert reduced is not None
    assert reduced["diff"] == changes[1:]
    assert (safe.wider_columns, safe.conflicts) == ({"posts.title"}, set())


def test_a_column_that_only_becomes_narrower_is_left_alone() -> None:
    safe = SafeDiff(side(string("title", 20)), side(string("title", 30)))
    entry = {**TITLE, "diff": [edit("schema", "max_length", lhs=30, rhs=20)]}
    assert safe.reduce("fields", entry) is None
    assert safe.wider_columns == {"posts.title"}


def test_an_incompatible_column_is_a_conflict() -> None:
    number = field("title", ("integer", "integer", None, None, None, None))
    safe = SafeDiff(side(number), side(TEXT))
    entry = {**TITLE, "diff": [edit("type", lhs="text", rhs="integer")]}
    assert safe.reduce("fields", entry) is None
    assert safe.conflicts == {"posts.title"}


@pytest.mark.parametrize(
    ("desired", "conflicts", "unalterable"),
    [
        (("string", "varchar", 20, None, None, None), {"posts.title"}, set()),
        (("integer", "int unsigned", None, None, None, 5), set(), {"posts.title"}),
    ],
)
def test_a_column_that_cannot_be_altered_does_not_hide_a_conflict(
    desired: Any, conflicts: set[str], unalterable: set[str]
) -> None:
    shown = ("integer", "int unsigned", None, None, None, None)
    before = field("title", shown, foreign_key_table="tags")
    after = field("title", desired, foreign_key_table="tags")
    safe = SafeDiff(side(after, vendor="mysql"), side(before, vendor="mysql"))
    changes = [
        edit("schema", name, lhs=before["schema"][name], rhs=after["schema"][name])
        for name in ("data_type", "max_length", "default_value")
    ]
    safe.reduce("fields", {**TITLE, "diff": changes})
    assert (safe.conflicts, safe.unalterable_columns) == (conflicts, unalterable)


def test_a_change_of_a_column_states_its_type_and_default_as_requested() -> None:
    before, after = (
        field(
            "title",
            ("csv", "varchar", 20, None, None, default),
            ["cast-csv"],
            is_nullable=nullable,
        )
        for default, nullable in ((None, False), ("it''s", True))
    )
    safe = SafeDiff(side(after, vendor="mysql"), side(before, vendor="mysql"))
    change = edit("schema", "is_nullable", lhs=False, rhs=True)
    reduced = safe.reduce("fields", {**TITLE, "diff": [change]})
    assert reduced is not None
    assert reduced["diff"] == [
        change,
        edit("type", lhs="csv", rhs="string"),
        edit("schema", "default_value", lhs="it''s", rhs="it's"),
    ]


@pytest.mark.parametrize("is_listed", [True, False])
def test_system_indexes_change_only_if_the_source_lists_them(is_listed: bool) -> None:
    desired = side(systemFields=[]) if is_listed else side()
    entry = {**TITLE, "diff": [edit("schema", "is_indexed", lhs=True, rhs=False)]}
    reduced = SafeDiff(desired, side()).reduce("systemFields", entry)
    assert reduced == (entry if is_listed else None)
