"""A request for a field makes Directus create what the snapshot shows."""

from typing import Any

import pytest

from sidecar.migration.schema.field_request import (
    cannot_be_altered,
    field_request,
    will_change,
)
from tests.unit.migration.schema.snapshots import Row, field, string

UUID = field("id", ("string", "char", 36, None, None, None))
COUNTED = ("integer", "int unsigned", None, 10, 0, None)


@pytest.mark.parametrize("vendor", ["sqlite", "mysql"])
def test_a_text_of_the_size_of_a_uuid_is_requested_as_one(vendor: str) -> None:
    assert field_request(UUID, vendor)["type"] == "uuid"


@pytest.mark.parametrize(
    ("shown", "special", "requested"),
    [
        (("json", "character varying", 255, None, None, None), "cast-json", "string"),
        (("uuid", "character varying", -5, None, None, None), "uuid", "text"),
        (("csv", "character varying", 20, None, None, None), "cast-csv", "string"),
        (("timestamp", "timestamp without time zone", *[None] * 4), "cast-timestamp", "dateTime"),
        (("csv", "text", *[None] * 4), "cast-csv", "csv"),
        (("uuid", "uuid", *[None] * 4), "uuid", "uuid"),
    ],
)
def test_a_column_is_requested_by_what_it_stores_and_not_by_its_special(
    shown: Any, special: str, requested: str
) -> None:
    assert field_request(field("a", shown, [special]), "postgres")["type"] == requested


def test_a_counted_big_key_of_mysql_is_requested_as_a_big_integer() -> None:
    key = field("id", ("integer", "bigint unsigned", None, 20, 0, None))
    assert field_request(key, "mysql")["type"] == "bigInteger"


def test_a_default_is_requested_as_directus_takes_it() -> None:
    moment = field("a", ("timestamp", "timestamp", None, None, None, "current_timestamp()"))
    assert field_request(moment, "mysql")["schema"]["default_value"] == "CURRENT_TIMESTAMP"
    assert field_request(string("a", default="it''s"), "mysql")["schema"]["default_value"] == "it's"
    counted = field("id", COUNTED, has_auto_increment=True, default_value="nextval('a''b')")
    assert field_request(counted, "postgres")["schema"]["default_value"] == "nextval('a''b')"


@pytest.mark.parametrize("vendor", ["sqlite", "postgres"])
def test_a_unique_column_of_sqlite_is_requested_without_a_second_index(vendor: str) -> None:
    row = string("a", is_unique=True, is_indexed=True)
    assert field_request(row, vendor)["schema"]["is_indexed"] is (vendor != "sqlite")
    assert row["schema"]["is_indexed"] is True


@pytest.mark.parametrize("schema", [None, {"name": "posts"}])
def test_what_has_no_column_is_requested_as_it_is(schema: Row | None) -> None:
    row = {"collection": "posts", "schema": schema}
    assert field_request(row, "mysql") is row


@pytest.mark.parametrize(
    ("vendor", "target", "data_type", "expected"),
    [
        ("mysql", "tags", "int unsigned", True),
        ("mysql", None, "int unsigned", False),
        ("mysql", "tags", "int", False),
        ("postgres", "tags", "int unsigned", False),
    ],
)
def test_only_references_to_counted_keys_of_mysql_cannot_be_altered(
    vendor: str, target: str | None, data_type: str, expected: bool
) -> None:
    number = field("a", ("integer", data_type, None, 10, 0, None), foreign_key_table=target)
    assert cannot_be_altered(number, number, vendor) is expected


def test_a_column_with_an_expression_as_default_cannot_be_altered() -> None:
    text = field("a", ("text", "text", None, None, None, "lower('A'"))
    nullable = field("a", ("text", "text", None, None, None, None))
    assert cannot_be_altered(text, {**text, "meta": None}, "postgres")
    assert not cannot_be_altered(text, nullable, "postgres")


def test_a_column_of_a_type_that_directus_does_not_create_cannot_be_altered() -> None:
    before = field("a", ("json", "jsonb", None, None, None, None))
    after = field("a", ("json", "jsonb", None, None, None, {}))
    assert cannot_be_altered(before, after, "postgres")
    assert not cannot_be_altered(before, field("a", ("json", "json", *[None] * 4)), "postgres")


def test_a_column_changes_only_if_that_is_safe_and_possible() -> None:
    assert will_change(string("a", 20), string("a", 30), "mysql")
    assert not will_change(string("a", 30), string("a", 20), "mysql")
    reference = field("a", COUNTED, foreign_key_table="tags")
    wider = field("a", ("integer", "int unsigned", None, 20, 0, None), foreign_key_table="tags")
    assert not will_change(reference, wider, "mysql")
    assert will_change(reference, wider, "postgres")
