"""A field gets the type that its values, its key and the destination's database need."""

import pytest

from sidecar.migration.schema.destination_types import DestinationTypes
from tests.unit.migration.schema.snapshots import (
    SHOWN,
    Row,
    field,
    instance_of,
    number,
    relation,
    snapshot,
    string,
    translate,
)

OWNER = string("owner")
TO_USERS = relation("posts", "owner", "directus_users")


def new_fields(source: Row, vendor: str, **more: object) -> list[Row]:
    fields: list[Row] = translate(source, snapshot(vendor, []), **more)["fields"]
    return fields


def test_a_reference_has_the_type_of_the_key_that_it_points_to() -> None:
    user = field("id", SHOWN["uuid"]["sqlite"], collection="directus_users", is_primary_key=True)
    source = snapshot("sqlite", [OWNER], [TO_USERS])
    (owner,) = new_fields(source, "postgres", fields=[OWNER, user])
    assert (owner["type"], owner["schema"]["data_type"]) == ("uuid", "uuid")


def test_a_reference_that_no_key_can_be_keeps_its_type() -> None:
    user = number("id", "integer", collection="directus_users", is_primary_key=True)
    owner = field("owner", SHOWN["json"]["sqlite"])
    source = snapshot("sqlite", [owner], [TO_USERS])
    types = DestinationTypes(source, instance_of(source, fields=[owner, user]), "postgres")
    assert types.of(owner) == "json"


def test_a_wide_integer_becomes_a_big_integer() -> None:
    key = number("id", "integer", is_primary_key=True, has_auto_increment=True)
    source = snapshot("sqlite", [key])
    (narrow,) = new_fields(source, "postgres")
    (wide,) = new_fields(source, "postgres", wide=frozenset({("posts", "id")}))
    assert (narrow["type"], wide["type"]) == ("integer", "bigInteger")


@pytest.mark.parametrize("vendor", ["postgres", "mysql"])
def test_a_float_that_needs_more_digits_becomes_a_decimal(vendor: str) -> None:
    source = snapshot("sqlite", [number("price", "float")])
    (float_field,) = new_fields(source, vendor)
    (decimal,) = new_fields(source, vendor, decimals={("posts", "price"): (13, 5)})
    assert (float_field["type"], decimal["type"]) == ("float", "decimal")
    schema = decimal["schema"]
    assert (schema["numeric_precision"], schema["numeric_scale"]) == (13, 5)


def test_a_counted_key_is_an_integer_on_sqlite() -> None:
    shown = SHOWN["bigInteger"]["postgres"]
    key = field("id", shown, is_primary_key=True, has_auto_increment=True)
    (new,) = new_fields(snapshot("postgres", [key]), "sqlite")
    assert new["type"] == "integer"


@pytest.mark.parametrize("is_referenced", [True, False])
def test_a_counted_big_key_that_is_referenced_is_an_integer_on_mysql(is_referenced: bool) -> None:
    shown = ("bigInteger", "bigint", None, 64, 0, None)
    key = field("id", shown, is_primary_key=True, has_auto_increment=True)
    parent = field("parent", shown)
    relations = [relation("posts", "parent", "posts")] if is_referenced else []
    new = new_fields(snapshot("postgres", [key, parent], relations), "mysql")
    assert {row["type"] for row in new} == {"integer" if is_referenced else "bigInteger"}


@pytest.mark.parametrize(
    "indexed", [{"is_unique": True}, {"is_indexed": True}, {"is_primary_key": True}]
)
def test_an_indexed_text_becomes_a_string_on_mysql(indexed: Row) -> None:
    slug = field("slug", ("text", "text", None, None, None, None), **indexed)
    (new,) = new_fields(snapshot("postgres", [slug]), "mysql")
    assert (new["type"], new["schema"]["data_type"]) == ("string", "varchar")
    assert new["schema"]["max_length"] == 255


def test_strings_that_do_not_fit_into_a_row_become_texts_on_mysql_only() -> None:
    source = snapshot("sqlite", [string(f"s{place}") for place in range(70)])
    assert {row["type"] for row in new_fields(source, "postgres")} == {"string"}
    new = new_fields(source, "mysql")
    assert sorted({row["type"] for row in new}) == ["string", "text"]
    assert translate(source, snapshot("mysql", new))["fields"] == new
