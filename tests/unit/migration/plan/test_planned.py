"""A plan is carried out between the same sides with the same data models, and nowhere else."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sidecar.errors import InvalidRequest
from sidecar.migration.changes.change import Change
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.existing import UPDATE, ExistingRows
from sidecar.migration.plan.planned import Planned, plan_document, shortened
from sidecar.migration.request import MigrationRequest
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.selection import Selection
from tests.unit.memory import MemoryRows, side
from tests.unit.migration.updating import POSTS, post

REQUEST = MigrationRequest(
    ("content",),
    force=True,
    references="keep",
    selection=Selection(("posts",), filters={"posts": {"id": {"_gt": 0}}}),
    existing=ExistingRows(UPDATE, {"pages": "skip"}),
    conflicts="source",
    overwrite_settings=("project_name",),
)


def entry(field: str, kind: str = "N") -> dict[str, Any]:
    """An entry of a schema diff."""
    diff: dict[str, Any] = {"kind": kind, "rhs": {}}
    if kind == "E":
        diff = {"kind": "E", "path": ["schema", "max_length"], "lhs": 1, "rhs": 2}
    return {"collection": "posts", "field": field, "diff": [diff]}


ADDS_SLUG = SchemaDiff("hash", {"fields": [entry("slug")]})
NOTHING = SchemaDiff(None, {})


@pytest.fixture
def source() -> MemoryRows:
    rows = MemoryRows()
    rows.tables["posts"] = {number: post(number) for number in range(1, 6)}
    return rows


@pytest.fixture
def checked(source: MemoryRows) -> Compatibility:
    """What a check of two sides finds: the destination lacks a field."""
    here = replace(side(source, POSTS), url="https://a.example")
    there = replace(side(MemoryRows(), POSTS), url="https://b.example")
    return Compatibility(here, there, (), ADDS_SLUG, None)


@pytest.fixture
def plan(checked: Compatibility, tmp_path: Path) -> Iterator[Planned]:
    with ChangeList.create(tmp_path / "list.sqlite") as changes:
        changes.set_plan(plan_document(checked, REQUEST))
        changes.add(
            [
                Change("posts", "new", "1"),
                Change("posts", "changed", "3"),
                Change("posts", "unchanged", "4"),
                Change("posts", "conflict", "5"),
                Change("posts", "only_at_destination", "9"),
            ]
        )
        with Planned(changes) as planned:
            yield planned


def refusal(plan: Planned, checked: Compatibility) -> str:
    with pytest.raises(InvalidRequest) as caught:
        plan.only_planned(checked)
    error = caught.value
    assert (error.code, error.status, error.field) == ("PLAN_STALE", 409, "plan")
    assert "Make a new plan" in error.message
    return error.message


def test_the_request_comes_back_whole(plan: Planned) -> None:
    made = plan.request(dry_run=False, batch_size=25)
    assert made == replace(REQUEST, dry_run=False, batch_size=25)


def test_the_document_is_plain_data_without_a_token(checked: Compatibility) -> None:
    document = plan_document(checked, REQUEST)
    assert json.loads(json.dumps(document))["destination"]["url"] == "https://b.example"
    assert document["schema"]["changes"] == ["posts.slug"]
    assert set(document) == {"created_at", "source", "destination", "request", "schema"}
    assert "dry_run" not in document["request"]


def test_only_new_and_changed_rows_are_read(plan: Planned, checked: Compatibility) -> None:
    only = plan.only_planned(checked).source
    pages = only.rows.pages(POSTS, ["id"])
    assert [row["id"] for page in pages for row in page] == [1, 3]
    assert only.rows.count(POSTS) == 2
    assert len(only.all_rows.by_key(POSTS, [4, 5], ["id"])) == 2


def test_a_collection_without_planned_rows_has_none(tmp_path: Path, checked: Compatibility) -> None:
    with ChangeList.create(tmp_path / "empty.sqlite") as changes:
        changes.set_plan(plan_document(checked, REQUEST))
        with Planned(changes) as planned:
            assert planned.only_planned(checked).source.rows.count(POSTS) == 0


@pytest.mark.parametrize(
    ("name", "part", "value"),
    [
        ("source", "url", "https://other.example"),
        ("destination", "url", "https://other.example"),
        ("source", "version", "12.5.0"),
        ("destination", "vendor", "postgres"),
    ],
)
def test_another_side_is_named(
    plan: Planned, checked: Compatibility, name: str, part: str, value: str
) -> None:
    instance = getattr(checked, name)
    before = instance.summary()[part]
    other = replace(checked, **{name: replace(instance, **{part: value})})
    assert f"the {name}'s {part} was {before} and is {value}" in refusal(plan, other)


def test_another_data_model_of_the_source_is_named(plan: Planned, checked: Compatibility) -> None:
    snapshot = {**checked.source.snapshot, "fields": [{"field": "since"}]}
    other = replace(checked, source=replace(checked.source, snapshot=snapshot))
    assert "the source's data model has changed" in refusal(plan, other)


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        ([entry("slug"), entry("body")], "posts.body"),
        ([entry("slug"), entry("title", "E")], "posts.title"),
    ],
)
def test_another_data_model_of_the_destination_is_named(
    plan: Planned, checked: Compatibility, entries: list[Any], named: str
) -> None:
    other = replace(checked, schema=SchemaDiff("hash", {"fields": entries}))
    assert f"the destination's data model has changed: {named}. " in refusal(plan, other)


def test_a_data_model_that_an_interrupted_run_has_brought_up_to_date_is_no_change(
    plan: Planned, checked: Compatibility
) -> None:
    for schema in (NOTHING, ADDS_SLUG, None):
        assert plan.only_planned(replace(checked, schema=schema)).source.rows.count(POSTS) == 2


def test_all_that_differs_is_said_at_once(plan: Planned, checked: Compatibility) -> None:
    source = replace(checked.source, url="https://c.example", version="12.5.0", snapshot={})
    message = refusal(plan, replace(checked, source=source))
    for part in ("source's url was", "source's version was", "source's data model has changed"):
        assert part in message


@pytest.mark.parametrize(
    "change",
    [
        lambda request: request.pop("options"),
        lambda request: request.update(options=7),
        lambda request: request.update(selection="all"),
        lambda request: request.update(overwrite_settings=7),
        lambda request: request.update(batch_size="many"),
    ],
)
def test_a_plan_that_does_not_say_what_was_asked_for_is_refused(
    tmp_path: Path, checked: Compatibility, change: Callable[[dict[str, Any]], Any]
) -> None:
    document = plan_document(checked, REQUEST)
    change(document["request"])
    with ChangeList.create(tmp_path / "wrong.sqlite") as changes:
        changes.set_plan(document)
        with Planned(changes) as planned, pytest.raises(InvalidRequest) as caught:
            planned.request(dry_run=False)
    assert caught.value.code == "PLAN_INVALID"


def test_names_are_shortened() -> None:
    assert shortened(["a", "b", "c", "d", "e"]) == "a, b, c, d, e"
    assert shortened([str(number) for number in range(2_000)]) == "0, 1, 2, 3, 4 and 1,995 more"
