"""A request for a field makes Directus create what the snapshot shows."""

from typing import Any

import pytest

from sidecar.migration.schema.field_request import (
    cannot_be_altered,
    field_request,
    is_uuid,
    will_change,
)
from tests.unit.migration.schema.snapshots import Row, field, string

UUID = field("id", ("string", "char", 36, None, None, None))
COUNTED = ("integer", "int unsigned", None, 10, 0, None)


@pytest.mark.parametrize(
    ("vendor", "requested"), [("sqlite", "uuid"), ("mysql", "uuid"), ("postgres", "string")]
)
def test_a_text_of_the_size_of_a_uuid_is_requested_as_one(vendor: str, requested: str) -> None:
    assert field_request(UUID, vendor)["type"] == requested


def test_a_counted_big_key_of_mysql_is_requested_as_a_big_integer() -> None:
    key = field("id", ("integer", "bigint unsigned", None, 20, 0, None))
    assert field_request(key, "mysql")["type"] == "bigInteger"
    assert field_request(key, "postgres")["type"] == "integer"


@pytest.mark.parametrize(
    ("shown", "requested"),
    [
        ("current_timestamp()", "CURRENT_TIMESTAMP"),
        ("current_timestamp(6)", "CURRENT_TIMESTAMP(6)"),
        ("a text", "a text"),
        (5, 5),
    ],
)
def test_a_default_of_mariadb_is_requested_in_the_words_of_directus(
    shown: Any, requested: Any
) -> None:
    row = string("a", default=shown)
    assert field_request(row, "mysql")["schema"]["default_value"] == requested
    assert field_request(row, "postgres")["schema"]["default_value"] == shown


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
        ("mysql", "tags", "char", False),
        ("postgres", "tags", "int unsigned", False),
    ],
)
def test_only_references_to_counted_keys_of_mysql_cannot_be_altered(
    vendor: str, target: str | None, data_type: str, expected: bool
) -> None:
    schema = {"foreign_key_table": target, "data_type": data_type}
    assert cannot_be_altered({"schema": schema}, vendor) is expected


def test_a_column_changes_only_if_that_is_safe_and_possible() -> None:
    assert will_change(string("a", 20), string("a", 30), "mysql")
    assert not will_change(string("a", 30), string("a", 20), "mysql")
    reference = field("a", COUNTED, foreign_key_table="tags")
    wider = field("a", ("integer", "int unsigned", None, 20, 0, None))
    assert not will_change(reference, wider, "mysql")
    assert will_change(reference, wider, "postgres")


@pytest.mark.parametrize(("length", "expected"), [(36, True), (35, False), (None, False)])
def test_a_uuid_is_a_char_of_36(length: int | None, expected: bool) -> None:
    assert is_uuid({"data_type": "char", "max_length": length}) is expected
    assert not is_uuid({"data_type": "varchar", "max_length": length})
