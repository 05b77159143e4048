"""A snapshot for another version has no property that it refuses, and shows only real changes."""

from typing import Any

from sidecar.migration.schema.version_translation import version_translation
from tests.unit.instances import Row, column, instance

SEARCHABLE = column("directus_fields", "searchable", default=True)
STATUS = column("directus_collections", "status", default="active")
NOTE = [column(table, "note") for table in ("directus_fields", "directus_collections")]


def field(**more: Any) -> Row:
    return {
        "collection": "posts",
        "field": "title",
        "meta": {"note": "source", **more},
        "schema": {"name": "title"},
    }


def translated(newer: bool, desired: Row, current: Row) -> Row:
    """Translate to a newer version, or else to an older one."""
    old, new = instance("11.1.2", *NOTE), instance("12.4.0", *NOTE, SEARCHABLE, STATUS)
    sides = (old, new) if newer else (new, old)
    texts = ("11.1.2", "12.4.0") if newer else ("12.4.0", "11.1.2")
    parts: Row = {"collections": [], "fields": [], "relations": []}
    source, destination = (
        {**parts, "directus": version, **snapshot}
        for version, snapshot in zip(texts, (desired, current), strict=True)
    )
    return version_translation(*sides).translate(source, destination)


def test_equal_versions_need_no_translation() -> None:
    one = instance("12.4.0", SEARCHABLE)
    desired = {"directus": "12.4.0", "fields": [field(unknown=1)]}
    assert (
        version_translation(one, one).translate(desired, {"directus": "12.4.0", "fields": []})
        is desired
    )


def test_a_property_that_the_destination_does_not_know_is_left_out() -> None:
    posts = {"collection": "posts", "meta": {"note": "n", "status": "inactive"}}
    made = translated(
        False,
        {
            "fields": [field(searchable=False)],
            "collections": [posts],
            "systemFields": [{"collection": "a", "field": "b"}],
        },
        {},
    )
    assert made["fields"] == [field()]
    assert made["collections"] == [{"collection": "posts", "meta": {"note": "n"}}]
    assert "systemFields" not in made


def test_a_property_that_the_source_does_not_know_keeps_its_value() -> None:
    made = translated(
        True, {"fields": [field()]}, {"fields": [field(note="destination", searchable=False)]}
    )
    assert made["fields"] == [field(searchable=False)]


def test_a_new_field_has_no_property_that_the_source_does_not_know() -> None:
    assert translated(True, {"fields": [field()]}, {})["fields"] == [field()]


def test_the_index_of_a_key_or_unique_column_is_no_difference() -> None:
    for trait in ({"is_primary_key": True}, {"is_unique": True}, {}):
        schema = {"is_primary_key": False, "is_unique": False, **trait}
        desired, existing = (
            {**field(), "schema": {**schema, "is_indexed": indexed}} for indexed in (True, False)
        )
        made = translated(True, {"fields": [desired]}, {"fields": [existing]})["fields"]
        assert made == [existing if trait else desired]


def test_indexes_of_system_columns_are_added_and_never_dropped() -> None:
    own, shared, unknown = (
        {"collection": "directus_fields", "field": name, "schema": {"is_indexed": True}}
        for name in ("own", "note", "unknown")
    )
    made = translated(False, {"systemFields": [shared, unknown]}, {"systemFields": [own]})
    assert made["systemFields"] == [own, shared]


def test_the_properties_that_the_destination_does_not_know_are_named() -> None:
    old, new = instance("11.1.2", *NOTE), instance("12.4.0", *NOTE, SEARCHABLE, STATUS)
    assert version_translation(new, old).unknown_at_destination("fields") == {"searchable"}
    assert version_translation(old, new).unknown_at_destination("fields") == frozenset()
