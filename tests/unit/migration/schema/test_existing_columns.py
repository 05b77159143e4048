"""An existing column keeps its notation wherever it means the same as the desired one."""

import pytest

from sidecar.migration.schema.existing_columns import keep_existing, with_existing_notation
from tests.unit.migration.schema.snapshots import SHOWN, Row, field, number, string


def kept(
    desired: Row, existing: Row, field_type: str, vendors: tuple[str, str] = ("sqlite", "postgres")
) -> Row:
    return keep_existing(desired, field_type, existing, *vendors)


def test_a_longer_desired_column_differs_in_its_length_only() -> None:
    shown = ("string", "character varying", 100, None, None, None)
    existing = field("title", shown, comment="written by the database")
    desired = string("title", 255)
    desired["schema"]["data_type"] = "character varying"
    assert kept(desired, existing, "string") == {
        **existing,
        "schema": {**existing["schema"], "max_length": 255},
    }


@pytest.mark.parametrize("field_type", ["float", "decimal"])
def test_decimals_and_floats_are_the_same_beside_sqlite(field_type: str) -> None:
    existing = field("price", ("decimal", "numeric", None, 12, 2, None))
    assert kept(number("price", "float"), existing, field_type) == existing


def test_decimals_and_floats_differ_without_sqlite() -> None:
    existing = field("price", ("decimal", "numeric", None, 12, 2, None))
    desired = number("price", "float")
    assert kept(desired, existing, "float", ("mysql", "postgres"))["type"] == "float"


@pytest.mark.parametrize(("is_key", "expected"), [(True, "integer"), (False, "bigInteger")])
def test_a_counted_key_of_sqlite_fits_an_integer_of_another_size(
    is_key: bool, expected: str
) -> None:
    existing = number("id", "integer", has_auto_increment=is_key)
    assert kept(number("id", "bigInteger"), existing, "bigInteger")["type"] == expected


def test_a_key_of_36_characters_may_be_a_uuid() -> None:
    existing = field("id", SHOWN["uuid"]["mysql"])
    assert kept(string("id", 36), existing, "string", ("postgres", "mysql")) == existing
    desired = string("id", 255)
    assert kept(desired, existing, "string", ("postgres", "mysql")) == desired


def test_a_binary_column_of_unknown_type_is_the_same() -> None:
    existing = field("raw", ("unknown", "bytea", None, None, None, None))
    desired = field("raw", ("binary", "bytea", None, None, None, None))
    assert kept(desired, existing, "binary") == existing


def test_an_equal_default_keeps_its_notation_and_another_one_does_not() -> None:
    existing = string("title", default="it''s")
    assert kept(string("title", default="it's"), existing, "string") == existing
    changed = kept(string("title", default="its"), existing, "string")
    assert changed["schema"]["default_value"] == "its"


def test_an_existing_index_stays() -> None:
    existing = string("title", is_indexed=True)
    assert kept(string("title"), existing, "string")["schema"]["is_indexed"] is True


def test_a_primary_key_keeps_what_the_database_sets_for_keys() -> None:
    existing = string("id", is_primary_key=True, is_unique=False, is_nullable=True)
    desired = string("id", is_primary_key=True, is_unique=True, is_nullable=False)
    assert kept(desired, existing, "string") == existing


def test_a_type_without_a_dialect_keeps_the_notation_of_an_equal_type() -> None:
    desired = field("place", ("geometry", "geometry", None, None, None, None))
    existing = field("place", ("geometry", "USER-DEFINED", None, None, None, None))
    other = field("place", ("json", "json", None, None, None, None))
    assert with_existing_notation(desired, existing) == existing
    assert with_existing_notation(desired, other) is desired
    assert with_existing_notation(desired, None) is desired


def test_another_type_in_an_equal_column_is_a_difference() -> None:
    existing, desired = string("code"), {**string("code"), "type": "hash"}
    assert kept(desired, existing, "hash")["type"] == "hash"


def test_a_column_that_is_a_key_on_one_side_only_keeps_its_desired_attributes() -> None:
    existing = string("id", is_primary_key=True, is_nullable=False)
    assert kept(string("id"), existing, "string")["schema"]["is_nullable"] is True
