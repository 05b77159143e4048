"""The plan is a value: it can be compared, and rendered as plain data."""

import json
from dataclasses import FrozenInstanceError, replace

import pytest

from sidecar.migration.instance.journal import JournalEntries
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.plan.plan import Plan, RowNumbers
from sidecar.resources.base import USERS, Reference, Resource
from tests.unit.memory import MemoryRows, plan_of

TREE = Resource(
    "tree",
    "content",
    "/items/tree",
    "id",
    "integer",
    ("id", "parent"),
    references=(Reference("parent", "tree"),),
)


def plan(*numbers: int) -> Plan:
    source = MemoryRows()
    source.tables["tree"] = {number: {"id": number, "parent": None} for number in numbers}
    who = Identities({USERS: {"a": "b", "c": "c"}}, frozenset({"tree"}))
    return plan_of(TREE, source, MemoryRows(), identities=who)


def test_plans_for_the_same_sides_are_equal() -> None:
    assert plan(1, 2) == plan(1, 2)
    assert plan(1, 2) != plan(1, 2, 3)


def test_a_plan_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        plan(1).rows = {}  # type: ignore[misc]


def test_the_document_is_plain_data() -> None:
    document = json.loads(json.dumps(plan(1, 2).document()))
    assert document["resources"] == [
        {
            "name": "tree",
            "kind": "content",
            "columns": ["id", "parent"],
            "rows": 2,
            "rows_before": 0,
            "numbers": None,
        }
    ]
    assert document["groups"] == [
        {"collections": ["tree"], "deferred": ["tree.parent"], "after": []}
    ]
    assert document["mapped"] == {USERS: 1}
    assert document["unfinished"] == []


def test_two_documents_differ_where_the_plans_do() -> None:
    begun = replace(plan(1), journal=JournalEntries(unfinished=frozenset({"tree"})))
    counted = replace(plan(1), numbers={"tree": RowNumbers(create=1)})
    assert begun.document() == {**plan(1).document(), "unfinished": ["tree"]}
    assert counted.document()["resources"][0]["numbers"]["create"] == 1
    assert counted != plan(1)
