"""An existing column keeps its notation wherever it means the same as the wanted one."""

import pytest

from sidecar.migration.schema.existing_columns import keep_existing, with_existing_notation
from tests.unit.migration.schema.snapshots import SHOWN, Row, field, number, string


def kept(
    wanted: Row, existing: Row, field_type: str, vendors: tuple[str, str] = ("sqlite", "postgres")
) -> Row:
    return keep_existing(wanted, field_type, existing, *vendors)


def test_a_longer_wanted_column_differs_in_its_length_only() -> None:
    shown = ("string", "character varying", 100, None, None, None)
    existing = field("title", shown, comment="written by the database")
    wanted = string("title", 255)
    wanted["schema"]["data_type"] = "character varying"
    assert kept(wanted, existing, "string") == {
        **existing,
        "schema": {**existing["schema"], "max_length": 255},
    }


@pytest.mark.parametrize("field_type", ["float", "decimal"])
def test_decimals_and_floats_are_the_same_beside_sqlite(field_type: str) -> None:
    existing = field("price", ("decimal", "numeric", None, 12, 2, None))
    assert kept(number("price", "float"), existing, field_type) == existing


def test_decimals_and_floats_differ_without_sqlite() -> None:
    existing = field("price", ("decimal", "numeric", None, 12, 2, None))
    wanted = number("price", "float")
    assert kept(wanted, existing, "float", ("mysql", "postgres"))["type"] == "float"


@pytest.mark.parametrize(("is_key", "expected"), [(True, "integer"), (False, "bigInteger")])
def test_a_counted_key_of_sqlite_fits_an_integer_of_another_size(
    is_key: bool, expected: str
) -> None:
    existing = number("id", "integer", has_auto_increment=is_key)
    assert kept(number("id", "bigInteger"), existing, "bigInteger")["type"] == expected


def test_a_key_of_36_characters_may_be_a_uuid() -> None:
    existing = field("id", SHOWN["uuid"]["mysql"])
    assert kept(string("id", 36), existing, "string", ("postgres", "mysql")) == existing
    wanted = string("id", 255)
    assert kept(wanted, existing, "string", ("postgres", "mysql")) == wanted


def test_a_binary_column_of_unknown_type_is_the_same() -> None:
    existing = field("raw", ("unknown", "bytea", None, None, None, None))
    wanted = field("raw", ("binary", "bytea", None, None, None, None))
    assert kept(wanted, existing, "binary") == existing


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
    wanted = string("id", is_primary_key=True, is_unique=True, is_nullable=False)
    assert kept(wanted, existing, "string") == existing


def test_a_type_without_a_dialect_keeps_the_notation_of_an_equal_type() -> None:
    wanted = field("place", ("geometry", "geometry", None, None, None, None))
    existing = field("place", ("geometry", "USER-DEFINED", None, None, None, None))
    other = field("place", ("json", "json", None, None, None, None))
    assert with_existing_notation(wanted, existing) == existing
    assert with_existing_notation(wanted, other) is wanted
    assert with_existing_notation(wanted, None) is wanted


def test_another_type_in_an_equal_column_is_a_difference() -> None:
    existing, wanted = string("code"), {**string("code"), "type": "hash"}
    assert kept(wanted, existing, "hash")["type"] == "hash"


def test_a_column_that_is_a_key_on_one_side_only_keeps_its_wanted_attributes() -> None:
    existing = string("id", is_primary_key=True, is_nullable=False)
    assert kept(string("id"), existing, "string")["schema"]["is_nullable"] is True
