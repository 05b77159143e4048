"""In loading mode, a collection has no metadata that makes Directus act."""

from typing import Any

import pytest

from sidecar.migration.schema.loading_mode import AUTOMATIC_SPECIALS, NOTE, in_loading_mode

FIELD: dict[str, Any] = {
    "collection": "posts",
    "field": "author",
    "schema": {"is_nullable": False},
    "meta": {
        "special": ["m2o", "user-created"],
        "required": True,
        "validation": {"a": 1},
        "note": "n",
    },
}
FOLDER: dict[str, Any] = {"collection": "folder", "schema": None, "meta": {"note": "n"}}
SNAPSHOT: dict[str, Any] = {
    "vendor": "postgres",
    "collections": [
        {"collection": "posts", "schema": {}, "meta": {"accountability": "all", "note": "n"}},
        FOLDER,
    ],
    "fields": [FIELD, {**FIELD, "collection": "tags"}],
}


def test_a_loading_collection_records_no_activity_and_says_that_it_loads() -> None:
    posts, folder = in_loading_mode(SNAPSHOT, {"posts", "folder"})["collections"]
    assert posts["meta"] == {"accountability": None, "note": NOTE}
    assert folder is FOLDER


def test_a_singleton_takes_all_its_rows_while_it_loads() -> None:
    page = {"collection": "page", "schema": {}, "meta": {"singleton": True}}
    snapshot = {"vendor": "postgres", "collections": [page], "fields": []}
    (loading,) = in_loading_mode(snapshot, {"page"})["collections"]
    assert loading["meta"]["singleton"] is False
    assert in_loading_mode(snapshot, set())["collections"] == [page]


def test_a_field_of_a_loading_collection_sets_and_requires_nothing() -> None:
    field, other = in_loading_mode(SNAPSHOT, {"posts"})["fields"]
    assert field["meta"] == {
        "special": ["m2o"],
        "required": False,
        "validation": None,
        "note": "n",
    }
    assert other == SNAPSHOT["fields"][1]


@pytest.mark.parametrize("special", sorted(AUTOMATIC_SPECIALS))
def test_a_special_that_sets_values_is_removed(special: str) -> None:
    field = {**FIELD, "meta": {**FIELD["meta"], "special": [special]}}
    snapshot = {"vendor": "postgres", "collections": [], "fields": [field]}
    (loading,) = in_loading_mode(snapshot, {"posts"})["fields"]
    assert loading["meta"]["special"] is None


def test_a_relaxed_column_is_nullable_whether_its_collection_loads_or_not() -> None:
    for loading in ({"posts"}, set[str]()):
        field, other = in_loading_mode(SNAPSHOT, loading, {("posts", "author")})["fields"]
        assert field["schema"]["is_nullable"] is True
        assert other["schema"]["is_nullable"] is False


def test_an_alias_stays_as_it_is() -> None:
    alias = {**FIELD, "schema": None}
    snapshot = {"vendor": "postgres", "collections": [], "fields": [alias]}
    assert in_loading_mode(snapshot, {"posts"}, {("posts", "author")}) == snapshot


def test_without_loading_collections_the_snapshot_stays_as_it_is() -> None:
    assert in_loading_mode(SNAPSHOT, set()) == SNAPSHOT


@pytest.mark.parametrize(
    ("vendor", "data_type", "length", "special"),
    [
        ("postgres", "uuid", None, ["uuid"]),
        ("mysql", "char", 36, ["uuid"]),
        ("postgres", "character varying", 255, ["uuid"]),
        # Directus would fill in UUIDs that do not fit.
        ("mysql", "varchar", 10, None),
        ("postgres", "integer", None, None),
        # SQLite keeps any value in any column.
        ("sqlite", "integer", None, ["uuid"]),
    ],
)
def test_uuids_are_filled_in_only_where_they_fit(
    vendor: str, data_type: str, length: int | None, special: list[str] | None
) -> None:
    schema = {"data_type": data_type, "max_length": length}
    field = {**FIELD, "schema": schema, "meta": {"special": ["uuid"]}}
    snapshot = {"vendor": vendor, "collections": [], "fields": [field]}
    (loading,) = in_loading_mode(snapshot, {"posts"})["fields"]
    assert loading["meta"]["special"] == special
