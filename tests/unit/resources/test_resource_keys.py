"""What of an instance becomes a resource, from its own description."""

import pytest

from sidecar.resources.data_model import build_data_model
from tests.unit.instances import column

TABLE = {"collection": "spans", "meta": {}, "schema": {"name": "spans"}}


@pytest.mark.parametrize(
    ("field_type", "data_type", "is_found"),
    [
        ("string", "varchar", True),
        ("integer", "numeric", True),
        ("timestamp", "timestamp with time zone", True),
        ("string", "interval", False),
        ("json", "jsonb", False),
        ("boolean", "boolean", False),
        ("float", "money", False),
        ("geometry.Point", "geometry", False),
        ("unknown", "bytea", False),
    ],
)
def test_a_table_needs_a_key_under_which_directus_finds_rows(
    field_type: str, data_type: str, is_found: bool
) -> None:
    key = column("spans", "id", key=True, system=False, data_type=data_type)
    model = build_data_model([TABLE], [{**key, "type": field_type}], [])
    assert ("spans" in model.resources, "spans" in model.keyless) == (is_found, not is_found)
