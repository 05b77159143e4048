"""A snapshot in the notation of another database shows only real differences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.migration.schema.field_request import field_request
from tests.unit.migration.schema.snapshots import (
    SHOWN,
    SPECIALS,
    VENDORS,
    Row,
    field,
    fields_of_every_type,
    relation,
    snapshot,
    translate,
)

DIRECTIONS = [(one, other) for one in VENDORS for other in VENDORS if one != other]
between_databases = pytest.mark.parametrize(("source", "destination"), DIRECTIONS)


@between_databases
def test_existing_columns_of_the_same_types_are_no_difference(
    source: str, destination: str
) -> None:
    existing = fields_of_every_type(destination)
    desired = translate(
        snapshot(source, fields_of_every_type(source)), snapshot(destination, existing)
    )
    assert desired["fields"] == existing
    assert desired["vendor"] == destination


@between_databases
def test_new_columns_have_the_notation_that_the_destination_will_show(
    source: str, destination: str
) -> None:
    desired = translate(snapshot(source, fields_of_every_type(source)), snapshot(destination, []))
    for new, shown in zip(desired["fields"], fields_of_every_type(destination), strict=True):
        assert {**new["schema"], "default_value": None} == {
            **shown["schema"],
            "default_value": None,
        }
        assert (new["type"], new["meta"]) == (shown["type"], shown["meta"])


@between_databases
def test_new_columns_are_requested_with_their_original_type(source: str, destination: str) -> None:
    desired = translate(snapshot(source, fields_of_every_type(source)), snapshot(destination, []))
    for new in desired["fields"]:
        assert field_request(new, destination)["type"] == new["field"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_directus_created_needs_no_translation_between_equal_databases(vendor: str) -> None:
    fields = fields_of_every_type(vendor)
    desired = snapshot(vendor, fields)
    assert translate(desired, snapshot(vendor, fields)) == desired
    for new, shown in zip(translate(desired, snapshot(vendor, []))["fields"], fields, strict=True):
        without_default = {**shown["schema"], "default_value": new["schema"]["default_value"]}
        assert new == {**shown, "schema": without_default}


def test_an_unknown_database_is_not_translated() -> None:
    desired = snapshot("sqlite", fields_of_every_type("sqlite"))
    assert translate(desired, snapshot("oracle", [])) is desired


def test_an_unsupported_column_is_left_out_with_its_relation() -> None:
    place = field("place", ("geometry.Point", "point", None, None, None, None))
    desired = snapshot("mysql", [place], [relation("posts", "place", "places")])
    translated = translate(desired, snapshot("sqlite", []))
    assert (translated["fields"], translated["relations"]) == ([], [])


def test_equivalent_rules_of_a_foreign_key_stay() -> None:
    def foreign_key(name: str | None, rule: str) -> Row:
        schema = {"constraint_name": name, "on_update": rule, "on_delete": "SET NULL"}
        return relation("posts", "owner", "people", schema)

    portable, mysql = foreign_key(None, "NO ACTION"), foreign_key("posts_owner_foreign", "RESTRICT")
    to_mysql = translate(snapshot("sqlite", [], [portable]), snapshot("mysql", [], [mysql]))
    assert to_mysql["relations"] == [mysql]
    from_mysql = translate(snapshot("mysql", [], [mysql]), snapshot("sqlite", []))
    assert from_mysql["relations"] == [portable]


def test_an_index_of_a_foreign_key_on_mysql_is_not_copied() -> None:
    owner = field(
        "owner",
        ("integer", "int", None, 10, 0, None),
        is_indexed=True,
        foreign_key_table="people",
    )
    (new,) = translate(snapshot("mysql", [owner]), snapshot("postgres", []))["fields"]
    assert new["schema"]["is_indexed"] is False


def test_indexes_of_system_columns_are_added_and_never_dropped() -> None:
    def index(name: str) -> Row:
        return {"collection": "directus_files", "field": name, "schema": {"is_indexed": True}}

    sqlite = snapshot("sqlite", [], systemFields=[index("title")])
    mysql = snapshot("mysql", [], systemFields=[index("folder")])
    assert translate(sqlite, mysql)["systemFields"] == [index("folder"), index("title")]
    assert translate(mysql, sqlite)["systemFields"] == [index("title")]


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    direction=st.sampled_from(DIRECTIONS),
    field_type=st.sampled_from(sorted(SHOWN)),
    schema=st.fixed_dictionaries(
        {
            "is_unique": st.booleans(),
            "is_indexed": st.booleans(),
            "is_nullable": st.booleans(),
            "default_value": st.none() | st.sampled_from(["now()", "a", "2020-01-01", 7]),
        }
    ),
)
def test_a_migrated_column_is_no_difference_in_the_next_run(
    direction: tuple[str, str], field_type: str, schema: Row
) -> None:
    source, destination = direction
    special = SPECIALS.get((field_type, source))
    column = field("a", SHOWN[field_type][source], special, **schema)
    migrated = translate(snapshot(source, [column]), snapshot(destination, []))["fields"]
    again = translate(snapshot(source, [column]), snapshot(destination, migrated))["fields"]
    assert again == migrated
