"""The dialects know how each database shows a column, and which type it was created with."""

import pytest

from sidecar.migration.schema.dialects import DIALECTS, declared_type
from tests.unit.migration.schema.snapshots import SHOWN, VENDORS, Shown, field, string


def test_all_databases_have_the_same_types() -> None:
    assert {vendor: dialect.keys() for vendor, dialect in DIALECTS.items()} == dict.fromkeys(
        VENDORS, DIALECTS["sqlite"].keys()
    )


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("field_type", SHOWN)
def test_a_created_column_is_recognized_as_its_requested_type(field_type: str, vendor: str) -> None:
    assert declared_type(field(field_type, SHOWN[field_type][vendor])) == field_type


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (("integer", "bigint unsigned", None, 20, 0, None), "bigInteger"),
        (("integer", "numeric", None, None, None, None), "decimal"),
        (("float", "money", None, None, None, None), "text"),
        (("boolean", "bit", 3, None, None, None), "text"),
        (("boolean", "bit", None, None, None, None), "boolean"),
        (("time", "time with time zone", None, None, None, None), "text"),
        (("integer", "int unsigned", None, 10, 0, None), "integer"),
        (("string", "character varying", None, None, None, None), "text"),
        (("string", "character varying", -1, None, None, None), "text"),
        (("string", "char", 35, None, None, None), "string"),
        (("geometry", "geometry", None, None, None, None), "geometry"),
    ],
)
def test_a_column_that_directus_shows_as_another_type_is_recognized(
    shown: Shown, expected: str
) -> None:
    assert declared_type(field("a", shown)) == expected


def test_only_strings_and_decimals_keep_the_sizes_of_the_source() -> None:
    schema = string("a", 20)["schema"]
    dialect = DIALECTS["mysql"]
    assert dialect["string"].attributes(schema) == {
        "data_type": "varchar",
        "max_length": 20,
        "numeric_precision": None,
        "numeric_scale": None,
    }
    assert dialect["text"].attributes(schema)["max_length"] == 65_535
    assert dialect["decimal"].attributes(schema)["numeric_precision"] == 38


def test_an_integer_shows_its_digits_without_a_scale() -> None:
    shown = DIALECTS["postgres"]["integer"].attributes({})
    assert (shown["numeric_precision"], shown["numeric_scale"]) == (32, 0)
    assert DIALECTS["sqlite"]["integer"].attributes({})["numeric_scale"] is None
