"""A snapshot in the words of another version: nothing that it refuses, nothing that would look like
a change."""

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
        "meta": {"note": "here", **more},
        "schema": {"name": "title"},
    }


def translated(newer: bool, wanted: Row, current: Row) -> Row:
    """From an older to a newer version, or the other way."""
    old, new = instance("11.1.2", *NOTE), instance("12.4.0", *NOTE, SEARCHABLE, STATUS)
    sides = (old, new) if newer else (new, old)
    texts = ("11.1.2", "12.4.0") if newer else ("12.4.0", "11.1.2")
    parts: Row = {"collections": [], "fields": [], "relations": []}
    here, there = (
        {**parts, "directus": version, **snapshot}
        for version, snapshot in zip(texts, (wanted, current), strict=True)
    )
    return version_translation(*sides).translate(here, there)


def test_between_equal_versions_it_is_the_very_same() -> None:
    one = instance("12.4.0", SEARCHABLE)
    wanted = {"directus": "12.4.0", "fields": [field(unheard_of=1)]}
    assert (
        version_translation(one, one).translate(wanted, {"directus": "12.4.0", "fields": []})
        is wanted
    )


def test_what_the_destination_has_no_word_for_is_left_out() -> None:
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


def test_what_the_source_has_no_word_for_stays_as_the_destination_has_it() -> None:
    made = translated(
        True, {"fields": [field()]}, {"fields": [field(note="there", searchable=False)]}
    )
    assert made["fields"] == [field(searchable=False)]


def test_a_new_field_says_nothing_that_its_source_does_not_know() -> None:
    assert translated(True, {"fields": [field()]}, {})["fields"] == [field()]


def test_an_index_that_is_there_anyway_is_no_difference() -> None:
    for trait in ({"is_primary_key": True}, {"is_unique": True}, {}):
        schema = {"is_primary_key": False, "is_unique": False, **trait}
        here, there = (
            {**field(), "schema": {**schema, "is_indexed": indexed}} for indexed in (True, False)
        )
        made = translated(True, {"fields": [here]}, {"fields": [there]})["fields"]
        assert made == [there if trait else here]


def test_indexes_of_system_columns_are_added_and_never_dropped() -> None:
    own, shared, unknown = (
        {"collection": "directus_fields", "field": name, "schema": {"is_indexed": True}}
        for name in ("own", "note", "unheard_of")
    )
    made = translated(False, {"systemFields": [shared, unknown]}, {"systemFields": [own]})
    assert made["systemFields"] == [own, shared]
