"""Whatever the destination accepts of a schema is applied, and what it refuses is named."""

from collections.abc import Collection
from typing import Any

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.schema import partial_write
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.partial_write import PartialWrite
from sidecar.migration.schema.refused_changes import Refusals
from sidecar.migration.schema.safe_diff import COLUMN_UNTOUCHED
from sidecar.migration.schema.split_diff import steps_of

Row = dict[str, Any]
META = {"kind": "E", "path": ["meta"], "lhs": {}, "rhs": {"note": "new"}}
COLUMN = {"kind": "E", "path": ["schema", "is_nullable"], "lhs": True, "rhs": False}


def collection(name: str, group: str | None = None) -> Row:
    created = {"collection": name, "schema": {}, "meta": {"group": group}}
    return {"collection": name, "diff": [{"kind": "N", "rhs": created}]}


def field(owner: str, name: str, *, key: bool = False) -> Row:
    created = {"collection": owner, "field": name, "schema": {"is_primary_key": key}}
    return {"collection": owner, "field": name, "diff": [{"kind": "N", "rhs": created}]}


def table(name: str, *names: str) -> list[Row]:
    return [field(name, "id", key=True), *(field(name, one) for one in names)]


def relation(owner: str, name: str, target: str) -> Row:
    entry = {"collection": owner, "field": name, "related_collection": target}
    return {**entry, "diff": [{"kind": "N", "rhs": {"related_collection": target}}]}


class Destination:
    """Applies what it is sent as a whole, unless that contains something of ``refuses``.

    Its names are those of the entries: ``posts``, ``posts.title``.
    """

    def __init__(self, refuses: Collection[str], **parts: list[Row]) -> None:
        self.parts = {"collections": [], "fields": [], "relations": [], **parts}
        self.refuses = set(refuses)
        self.applied: list[list[str]] = []
        self.groups: dict[str, str | None] = {}
        self.requests = 0

    def compare(self) -> SchemaDiff:
        return SchemaDiff("hash", {part: list(rows) for part, rows in self.parts.items()})

    def apply(self, diff: SchemaDiff) -> None:
        self.requests += 1
        sent = [(part, entry) for part, entries in diff.parts.items() for entry in entries]
        names = [_name(part, entry) for part, entry in sent]
        if refused := self.refuses.intersection(names):
            message = f"alter table x - {min(refused)} is bad"
            raise DirectusRejected(message, code="INTERNAL_SERVER_ERROR", status=500)
        self.applied.append(names)
        for part, entry in sent:
            same = [one for one in self.parts[part] if _whole_name(one) == _whole_name(entry)]
            self.parts[part] = [one for one in self.parts[part] if one not in same]
            for one in same:
                if left := [change for change in one["diff"] if change not in entry["diff"]]:
                    self.parts[part].append({**one, "diff": left})
            if part == "collections":
                self.groups[entry["collection"]] = entry["diff"][0]["rhs"]["meta"]["group"]

    def write(self) -> dict[str, str]:
        """Apply everything; returns the message of each refusal."""
        write = PartialWrite(self.compare, self.apply, {})
        write.write(steps_of(self.compare()), None)
        return {
            ".".join(filter(None, (one.collection, one.field))): one.message
            for one in write.refused.values()
        }

    @property
    def names(self) -> set[str]:
        return {name for names in self.applied for name in names}


def _whole_name(entry: Row) -> tuple[str, str | None]:
    return entry["collection"], entry.get("field")


def _name(part: str, entry: Row) -> str:
    """The name of an entry. A relation ends with an arrow, and a change of metadata with "meta"."""
    name = ".".join(filter(None, _whole_name(entry)))
    if part == "relations":
        return f"{name} → {entry['related_collection']}"
    return f"{name} meta" if COLUMN_UNTOUCHED in entry["diff"] else name


def shop(*refuses: str) -> Destination:
    return Destination(
        refuses,
        collections=[collection(name) for name in ("orders", "shops", "items")],
        fields=[*table("orders", "item", "sum"), *table("shops", "name"), *table("items")],
        relations=[relation("orders", "item", "items"), relation("shops", "best", "orders")],
    )


def test_what_is_accepted_as_a_whole_is_one_request() -> None:
    destination = shop()
    assert destination.write() == {}
    assert destination.requests == 1


def test_a_refused_field_costs_only_itself_and_its_relation() -> None:
    destination = shop("orders.item")
    refused = destination.write()
    assert refused.keys() == {"orders.item"}
    assert "relation to items could not be created" in refused["orders.item"]
    assert destination.names == {
        *("orders", "orders.id", "orders.sum", "shops", "shops.id", "shops.name"),
        *("items", "items.id", "shops.best → orders"),
    }


def test_a_collection_is_created_with_its_key_or_not_at_all() -> None:
    destination = shop("orders.id")
    refused = destination.write()
    assert refused.keys() == {"orders", "orders.item", "shops.best"}
    assert "its rows are not migrated" in refused["orders"]
    assert "orders.id is bad" in refused["orders"]
    assert "because the destination refused orders" in refused["shops.best"]
    assert not {name for name in destination.names if name.startswith("orders")}
    created = next(names for names in destination.applied if "items" in names)
    assert "items.id" in created


def test_a_refused_relation_costs_only_itself() -> None:
    destination = shop("orders.item → items")
    assert destination.write().keys() == {"orders.item"}
    assert "shops.best → orders" in destination.names


def test_directus_reason_is_given_without_the_statement() -> None:
    (message,) = shop("orders.sum").write().values()
    assert message.startswith("sum: the destination refused the field (orders.sum is bad), so")


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_group_is_created_first_and_a_refused_one_costs_nothing_else(is_refused: bool) -> None:
    destination = Destination(
        ["menu" if is_refused else "none.x"],
        collections=[collection("a", "menu"), collection("menu"), collection("b", "menu")],
        fields=[*table("a"), *table("menu"), *table("b"), field("none", "x")],
    )
    destination.write()
    group = None if is_refused else "menu"
    assert (destination.groups["a"], destination.groups["b"]) == (group, group)
    order = [name for names in destination.applied for name in sorted(names, reverse=True)]
    assert is_refused or order.index("menu") < order.index("a")


def test_of_a_changed_field_the_metadata_and_the_column_are_tried_apart() -> None:
    change = {"collection": "posts", "field": "title", "diff": [META, COLUMN]}
    destination = Destination(["posts.title"], fields=[change])
    refused = destination.write()
    assert "refused a change of the field" in refused["posts.title"]
    assert destination.applied == [["posts.title meta"]]


def test_a_single_refusal_among_many_costs_few_requests() -> None:
    names = [f"c{number:03}" for number in range(128)]
    destination = Destination(
        ["c100.x"],
        collections=[collection(name) for name in names],
        fields=[row for name in names for row in table(name, "x")],
    )
    assert destination.write().keys() == {"c100.x"}
    assert destination.requests <= 20
    assert len(destination.names) == 3 * 128 - 1


def test_a_destination_that_accepts_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partial_write, "MAX_REFUSALS", 3)
    names = ["a", "b", "c", "d", "e"]
    destination = Destination(names, collections=[collection(name) for name in names])
    with pytest.raises(DirectusRejected, match="start again"):
        destination.write()
    assert destination.applied == []


def test_a_refusal_of_the_whole_request_is_not_split() -> None:
    destination = shop()

    def forbid(_diff: SchemaDiff) -> None:
        destination.requests += 1
        raise DirectusRejected("Limit", code="LIMIT_EXCEEDED", status=403)

    write = PartialWrite(destination.compare, forbid, {})
    with pytest.raises(DirectusRejected, match="Limit"):
        write.write(steps_of(destination.compare()), None)
    assert destination.requests == 1


def test_refused_relations_can_be_tried_again() -> None:
    destination = shop("orders.item → items", "shops.name")
    write = PartialWrite(destination.compare, destination.apply, {})
    write.write(steps_of(destination.compare()), None)
    refusals = Refusals(write.refused)
    destination.refuses.clear()
    relations = refusals.take_relations()
    again = PartialWrite(destination.compare, destination.apply, refusals.reasons)
    again.write(steps_of(destination.compare(), relations), None)
    assert destination.applied[-1] == ["orders.item → items"]
    assert Refusals(again.refused).fields == {("shops", "name")}
