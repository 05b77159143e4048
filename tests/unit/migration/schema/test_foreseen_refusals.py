"""Collections that Directus will not create are named before anything is written."""

from typing import Any

from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.foreseen_refusals import foreseen_refusals


def entry(name: str, kind: str) -> dict[str, Any]:
    return {"collection": name, "diff": [{"kind": kind, "rhs": {"collection": name}}]}


def test_a_new_collection_with_a_slash_in_its_name_will_be_refused() -> None:
    edited = {"collection": "c/d", "diff": [{"kind": "E", "path": ["meta"], "rhs": {}}]}
    diff = SchemaDiff("1", {"collections": [entry("a/b", "N"), entry("ab", "N"), edited]})
    (refusal,) = foreseen_refusals(diff)
    assert refusal.collection == "a/b"
    assert "slash" in refusal.message


def test_nothing_is_refused_where_nothing_changes() -> None:
    assert foreseen_refusals(SchemaDiff(None, {})) == []
