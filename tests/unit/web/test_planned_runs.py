"""POST /runs with the id of a dry run does what that has found."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from sidecar.config import StoreSettings
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_changes import change_lists
from sidecar.jobs.run_store import RunStore
from sidecar.migration.changes.change import Change
from sidecar.migration.existing import UPDATE, ExistingRows
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import Selection
from tests.unit.web.client import DESTINATION, Client
from tests.unit.web.test_runs import ORDER, RUN_ID, UNKNOWN, _compatible  # noqa: F401

CARRY_OUT = {**DESTINATION, "plan": RUN_ID, "dry_run": False}
REQUEST = MigrationRequest(
    ("content",),
    force=True,
    selection=Selection(("posts",)),
    references="keep",
    existing=ExistingRows(UPDATE, {"pages": "skip"}),
    conflicts="source",
    overwrite_settings=("project_name",),
)


@pytest.fixture(autouse=True)
def _store(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of this test alone."""
    services = app.extensions["sidecar"]
    settings = replace(services.settings, store=StoreSettings(tmp_path))
    monkeypatch.setitem(app.extensions, "sidecar", replace(services, settings=settings))


@pytest.fixture
def dry_run(app: Flask, space: Keyspace) -> Any:
    """Records a dry run that ended with a status."""

    def record(status: str = "completed", **changes: Any) -> None:
        order = replace(ORDER, request=REQUEST, **changes)
        RunStore(space).create(order, {"status": status})
        settings = app.extensions["sidecar"].settings
        with change_lists(settings, space).create(RUN_ID) as changes_:
            changes_.add([Change("posts", "changed", "2")])
            changes_.set_plan({"request": {}})

    return record


@pytest.mark.usefixtures("_compatible")
def test_the_run_has_the_choices_of_the_dry_run(
    client: Client, space: Keyspace, dry_run: Any
) -> None:
    dry_run()
    # Choices of the form do not count.
    answer = client.post("/runs", {**CARRY_OUT, "options": ["users"], "batch_size": 25})
    assert answer.status == 202, answer.text
    order = RunStore(space).order(answer.document["id"])
    assert order.plan == RUN_ID
    assert order.request == replace(REQUEST, dry_run=False, batch_size=25)
    assert answer.document["plan"] == RUN_ID


@pytest.mark.usefixtures("_compatible")
def test_a_run_of_its_own_has_no_plan(client: Client) -> None:
    assert client.post("/runs", DESTINATION).document["plan"] is None


@pytest.mark.parametrize(
    ("status", "body", "refusal"),
    [
        ("running", {}, (409, "PLAN_UNFIT", "plan")),
        ("refused", {}, (409, "PLAN_UNFIT", "plan")),
        (
            "completed",
            {"destination_url": "http://elsewhere.example"},
            (409, "PLAN_OTHER_DESTINATION", "plan"),
        ),
        ("completed", {"plan": UNKNOWN}, (404, "RUN_NOT_FOUND", None)),
        ("completed", {"plan": "no id"}, (422, "INVALID_INPUT", "plan")),
        ("completed", {"plan": 7}, (422, "INVALID_INPUT", "plan")),
        ("completed", {"batch_size": 4}, (400, "BATCH_SIZE_OUT_OF_RANGE", "batch_size")),
    ],
)
def test_a_plan_that_cannot_be_carried_out_starts_nothing(
    client: Client,
    dry_run: Any,
    status: str,
    body: dict[str, Any],
    refusal: tuple[int, str, str | None],
) -> None:
    dry_run(status)
    assert client.post("/runs", {**CARRY_OUT, **body}).refusal == refusal
    assert [run["id"] for run in client.get("/runs").document["runs"]] == [RUN_ID]


def test_a_dry_run_whose_list_is_gone_cannot_be_carried_out(
    client: Client, app: Flask, space: Keyspace, dry_run: Any
) -> None:
    dry_run()
    change_lists(app.extensions["sidecar"].settings, space).remove(RUN_ID)
    assert client.post("/runs", CARRY_OUT).refusal[:2] == (404, "RUN_CHANGES_MISSING")


@pytest.mark.usefixtures("_compatible")
def test_the_choices_for_existing_rows_come_from_the_form(client: Client, space: Keyspace) -> None:
    choices = {
        "existing": {"mode": "update", "collections": {"pages": "skip"}},
        "conflicts": "destination",
        "overwrite_settings": ["project_name", "project_name"],
    }
    run = client.post("/runs", {**DESTINATION, **choices}).document
    expected = {**choices, "overwrite_settings": ["project_name"]}
    assert {name: run[name] for name in choices} == expected
    request = RunStore(space).order(run["id"]).request
    assert request.existing == ExistingRows(UPDATE, {"pages": "skip"})
    assert asdict(request)["overwrite_settings"] == ("project_name",)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"existing": {"mode": "mirror"}}, "existing"),
        ({"existing": {"collections": {"posts": "overwrite"}}}, "existing"),
        ({"existing": {"all": True}}, "existing"),
        ({"conflicts": "newest"}, "conflicts"),
        ({"overwrite_settings": "project_name"}, "overwrite_settings"),
    ],
)
def test_wrong_choices_for_existing_rows_name_their_field(
    client: Client, body: dict[str, Any], field: str
) -> None:
    status, code, named = client.post("/runs", {**DESTINATION, **body}).refusal
    assert (status, code) == (422, "INVALID_INPUT")
    assert named is not None
    assert named.startswith(field)
