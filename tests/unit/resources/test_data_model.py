"""What Directus wants to know of a new row."""

from typing import Any

import pytest

from sidecar.resources.data_model import column_of


def is_required(*special: str, **schema: Any) -> bool:
    column = {"is_nullable": False, "default_value": None, **schema}
    return column_of(
        {"field": "slug", "type": "string", "schema": column, "meta": {"special": special}}
    ).required


def test_a_column_that_is_not_nullable_and_gets_no_value_is_required() -> None:
    assert is_required()
    assert is_required("m2o")


@pytest.mark.parametrize(
    "schema",
    [
        {"is_nullable": True},
        {"default_value": ""},
        {"default_value": 0},
        {"has_auto_increment": True},
        {"is_generated": True},
    ],
)
def test_a_column_that_gets_a_value_from_the_database_is_not(schema: dict[str, Any]) -> None:
    assert not is_required(**schema)


@pytest.mark.parametrize("special", ["uuid", "date-created", "user-created", "role-created"])
def test_a_column_that_directus_fills_is_not(special: str) -> None:
    assert not is_required(special)
