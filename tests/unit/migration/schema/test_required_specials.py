"""Fields get the specials that Directus adds to those that it creates."""

from typing import Any

import pytest

from sidecar.migration.schema.required_specials import with_required_special


def field(kind: str, special: list[str] | None) -> dict[str, Any]:
    schema = {"data_type": kind}
    return {"field": "a", "type": kind, "schema": schema, "meta": {"special": special}}


@pytest.mark.parametrize(
    ("vendor", "kind", "special", "expected"),
    [
        ("sqlite", "timestamp", None, ["cast-timestamp"]),
        ("sqlite", "json", ["date-created"], ["date-created", "cast-json"]),
        ("sqlite", "json", ["cast-json"], ["cast-json"]),
        ("sqlite", "string", None, None),
        ("postgres", "json", None, ["cast-json"]),
        ("postgres", "timestamp", None, None),
    ],
)
def test_a_missing_special_is_added_and_named(
    vendor: str, kind: str, special: list[str] | None, expected: list[str] | None
) -> None:
    made, findings = with_required_special(field(kind, special), None, vendor)
    assert made["meta"]["special"] == expected
    assert bool(findings) == (special != expected)


def test_a_copy_without_the_special_stays_as_it_is() -> None:
    copy = field("json", None)
    assert with_required_special(copy, copy, "sqlite") == (copy, ())


def test_a_column_without_metadata_stays_as_it_is() -> None:
    adopted = {**field("json", None), "meta": None}
    assert with_required_special(adopted, None, "sqlite") == (adopted, ())


@pytest.mark.parametrize("data_type", ["json", "jsonb"])
def test_a_document_that_another_special_calls_something_else_gets_it_too(data_type: str) -> None:
    shown = {**field("uuid", ["uuid"]), "schema": {"data_type": data_type}}
    made, findings = with_required_special(shown, None, "postgres")
    assert (made["type"], made["meta"]["special"]) == ("json", ["uuid", "cast-json"])
    assert len(findings) == 1
    assert with_required_special(made, made, "postgres") == (made, ())
