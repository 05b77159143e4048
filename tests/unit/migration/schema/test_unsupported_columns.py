"""Columns that the destination's database cannot have are named with the reason."""

import pytest

from sidecar.migration.schema.unsupported_columns import unsupported_columns
from tests.unit.migration.schema.snapshots import Row, field, instance_of, snapshot, string

PLACE = field("place", ("geometry.Point", "point", None, None, None, None))


def reasons(source_fields: list[Row], vendor: str, existing: list[Row]) -> dict[str, str]:
    source = "mysql" if vendor != "mysql" else "postgres"
    found = unsupported_columns(
        instance_of(snapshot(source, source_fields)), snapshot(vendor, existing)
    )
    return {".".join(name): reason for name, reason in found.items()}


@pytest.mark.parametrize(("vendor", "word"), [("sqlite", "SQLite"), ("postgres", "PostGIS")])
def test_geometry_is_unsupported_without_an_extension(vendor: str, word: str) -> None:
    assert word in reasons([PLACE, string("title")], vendor, [])["posts.place"]
    assert len(reasons([PLACE, string("title")], vendor, [])) == 1


def test_mysql_has_geometry() -> None:
    assert reasons([PLACE], "mysql", []) == {}


def test_a_geometry_column_at_the_destination_shows_that_it_is_supported() -> None:
    assert reasons([PLACE], "postgres", [{**PLACE, "collection": "maps"}]) == {}


def test_a_tracked_column_of_unknown_type_is_unsupported() -> None:
    secret = field("secret", ("unknown", "money", None, None, None, None))
    assert reasons([secret], "sqlite", []) == {
        "posts.secret": "Directus does not know the type money, so the column is not migrated"
    }
    assert reasons([{**secret, "meta": None}], "sqlite", []) == {}


def test_equal_databases_support_every_column() -> None:
    assert (
        unsupported_columns(instance_of(snapshot("sqlite", [PLACE])), snapshot("sqlite", [])) == {}
    )
