"""A field has the specials that its type needs in the destination's database."""

import pytest

from sidecar.migration.schema.specials import translate_meta
from tests.unit.migration.schema.snapshots import Row, string


def special(before: list[str] | None, field_type: str, source: str, destination: str) -> object:
    field = {**string("a"), "meta": {"special": before}}
    meta = translate_meta(field, field_type, None, source, destination)
    assert meta is not None
    return meta["special"]


@pytest.mark.parametrize(
    ("before", "field_type", "source", "destination", "after"),
    [
        (None, "json", "postgres", "mysql", ["cast-json"]),
        (None, "json", "mysql", "postgres", None),
        (["cast-json"], "json", "postgres", "sqlite", ["cast-json"]),
        (None, "timestamp", "postgres", "sqlite", ["cast-timestamp"]),
        (["cast-timestamp", "date-created"], "timestamp", "sqlite", "mysql", ["date-created"]),
        (None, "boolean", "postgres", "mysql", ["cast-boolean"]),
        (None, "boolean", "sqlite", "postgres", None),
    ],
)
def test_the_database_decides_which_specials_are_required(
    before: list[str] | None,
    field_type: str,
    source: str,
    destination: str,
    after: list[str] | None,
) -> None:
    assert special(before, field_type, source, destination) == after


def test_the_order_of_existing_specials_stays() -> None:
    field = {**string("a"), "meta": {"special": ["uuid", "cast-json"]}}
    existing: Row = {**string("a"), "meta": {"special": ["cast-json", "uuid"]}}
    meta = translate_meta(field, "json", existing, "postgres", "mysql")
    assert meta == existing["meta"]


def test_a_field_without_metadata_gets_some_only_for_a_required_special() -> None:
    field = {**string("a"), "meta": None}
    assert translate_meta(field, "string", None, "postgres", "mysql") is None
    assert translate_meta(field, "json", None, "postgres", "mysql") == {
        "collection": "posts",
        "field": "a",
        "special": ["cast-json"],
    }
