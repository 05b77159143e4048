"""Collections whose rows the two sides identify differently are conflicts."""

from typing import Any

import pytest

from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.conflicts import schema_conflicts
from tests.unit.instances import column, instance

TABLES = [{"collection": "posts", "meta": {}, "schema": {"name": "posts"}}]


def side(key: str, key_type: str) -> Instance:
    field: dict[str, Any] = {**column("posts", key, key=True, system=False), "type": key_type}
    return instance("12.4.0", field, tables=TABLES)


@pytest.mark.parametrize(
    ("source", "destination"),
    [
        (("id", "integer"), ("id", "integer")),
        (("id", "bigInteger"), ("id", "integer")),
        (("id", "uuid"), ("id", "string")),
    ],
)
def test_keys_of_one_kind_are_no_conflict(source: Any, destination: Any) -> None:
    assert schema_conflicts(side(*source), side(*destination), None) == []


@pytest.mark.parametrize(
    ("source", "destination"),
    [(("id", "integer"), ("code", "integer")), (("id", "integer"), ("id", "uuid"))],
)
def test_another_field_or_another_kind_of_value_is(source: Any, destination: Any) -> None:
    (finding,) = schema_conflicts(side(*source), side(*destination), None)
    for name, kind in (source, destination):
        assert f"{name} ({kind})" in finding.message


def test_a_collection_that_only_one_side_has_is_none() -> None:
    assert schema_conflicts(side("id", "integer"), instance("12.4.0"), None) == []
