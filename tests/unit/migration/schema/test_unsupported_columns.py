"""Columns that the destination's database cannot have are named with the reason."""

from dataclasses import replace

import pytest

from sidecar.migration.schema.unsupported_columns import unsupported_columns
from tests.unit.migration.schema.snapshots import Row, field, instance_of, snapshot, string

PLACE = field("place", ("geometry.Point", "POINT", None, None, None, None))


def reasons(source_fields: list[Row], vendor: str, existing: list[Row]) -> dict[str, str]:
    source = "mysql" if vendor != "mysql" else "postgres"
    found = unsupported_columns(
        instance_of(snapshot(source, source_fields)), snapshot(vendor, existing)
    )
    return {".".join(name): finding.message for name, finding in found.items()}


@pytest.mark.parametrize(("vendor", "word"), [("sqlite", "SQLite"), ("postgres", "PostGIS")])
def test_geometry_is_unsupported_without_an_extension(vendor: str, word: str) -> None:
    assert word in reasons([PLACE, string("title")], vendor, [])["posts.place"]
    assert len(reasons([PLACE, string("title")], vendor, [])) == 1


def test_mysql_has_geometry() -> None:
    assert reasons([PLACE], "mysql", []) == {}


def test_a_geometry_column_at_the_destination_shows_that_it_is_supported() -> None:
    assert reasons([PLACE], "postgres", [{**PLACE, "collection": "maps"}]) == {}


def test_a_column_of_unknown_type_is_unsupported_with_and_without_metadata() -> None:
    mood = field("mood", ("unknown", "mood", None, None, None, None))
    named = {"posts.mood": "Directus does not know the type mood, so the column is not migrated"}
    assert reasons([mood], "sqlite", []) == named
    assert reasons([{**mood, "meta": None}, string("title")], "sqlite", []) == named


def test_the_columns_of_a_table_that_is_not_tracked_are_not_named() -> None:
    logs = field("mood", ("unknown", "mood", None, None, None, None), collection="logs")
    source = instance_of(snapshot("postgres", []), fields=[{**logs, "meta": None}])
    assert unsupported_columns(source, snapshot("sqlite", [])) == {}


def test_a_key_that_cannot_be_made_says_so_for_its_collection() -> None:
    key = field("id", ("unknown", "inet", None, None, None, None), is_primary_key=True)
    assert "the collection is not migrated" in reasons([key], "sqlite", [])["posts.id"]


def test_equal_databases_both_have_geometry() -> None:
    for vendor in ("sqlite", "postgres"):
        source = instance_of(snapshot(vendor, [PLACE]))
        assert unsupported_columns(source, snapshot(vendor, [])) == {}


def test_a_column_that_cannot_be_asked_for_is_not_made() -> None:
    key = field("a.b", ("integer", "integer", None, None, None, None), is_primary_key=True)
    source = replace(
        instance_of(snapshot("postgres", [string("a,b"), string("title"), key])),
        unreadable_fields={("posts", "a,b"): "why", ("posts", "a.b"): "why"},
    )
    found = unsupported_columns(source, snapshot("postgres", []))
    assert {name[1]: finding.code for name, finding in found.items()} == {
        "a,b": "UNREADABLE_FIELD",
        "a.b": "UNREADABLE_FIELD",
    }
    assert "the column is not migrated (why)" in found["posts", "a,b"].message
    assert "the collection is not migrated (why)" in found["posts", "a.b"].message
