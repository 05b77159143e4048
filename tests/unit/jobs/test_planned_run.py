"""A run does what a dry run has found: only of one that ended, and only to the same destination."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sidecar.config import Settings, StoreSettings
from sidecar.errors import InvalidRequest
from sidecar.jobs import tasks
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.planned_run import planned_of, planned_request
from sidecar.jobs.run_changes import change_lists
from sidecar.jobs.run_order import RunOrder
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.migration.changes.change import Change
from sidecar.migration.existing import UPDATE, ExistingRows
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from tests.unit.jobs.samples import DESTINATION, ORDER, RUN_ID, SECRET, settings, status_of
from tests.unit.jobs.test_tasks import pipeline_that_ends

DRY_RUN = "00000000-7f4b-4a55-b5a3-0c5f3c1b7a10"
REQUEST = MigrationRequest(("content",), existing=ExistingRows(UPDATE), batch_size=25)
DRY = replace(ORDER, id=DRY_RUN, request=REQUEST)


@pytest.fixture
def stored(tmp_path: Path) -> Settings:
    return replace(settings(), store=StoreSettings(tmp_path))


def dry_run(
    settings: Settings,
    space: Keyspace,
    order: RunOrder = DRY,
    status: str = "completed",
    *,
    has_plan: bool = True,
) -> None:
    """Record a dry run and its list."""
    RunStore(space).create(order, {"status": status})
    with change_lists(settings, space).create(DRY_RUN) as changes:
        changes.add([Change("posts", "changed", "2", before=b"b" * 16, after=b"a" * 16)])
        if has_plan:
            changes.set_plan({"request": {}})


def refusal(settings: Settings, space: Keyspace, url: str = DESTINATION) -> tuple[str, str]:
    with pytest.raises(InvalidRequest) as caught:
        planned_request(settings, space, DRY_RUN, url, dry_run=False)
    return caught.value.code, caught.value.message


@pytest.mark.parametrize("status", ["completed", "completed_with_problems"])
def test_the_request_is_that_of_the_dry_run(space: Keyspace, stored: Settings, status: str) -> None:
    dry_run(stored, space, status=status)
    made = planned_request(
        stored, space, DRY_RUN, f"{DESTINATION}/", dry_run=False, batch_size=5, invite=True
    )
    assert made == replace(REQUEST, dry_run=False, batch_size=5, invite=True)


@pytest.mark.parametrize("status", ["queued", "running", "failed", "cancelled", "refused"])
def test_a_dry_run_that_has_not_come_to_its_end_is_refused(
    space: Keyspace, stored: Settings, status: str
) -> None:
    dry_run(stored, space, status=status)
    assert refusal(stored, space)[0] == "PLAN_UNFIT"


def test_a_real_run_is_no_plan(space: Keyspace, stored: Settings) -> None:
    dry_run(stored, space, replace(DRY, request=replace(REQUEST, dry_run=False)))
    assert refusal(stored, space)[0] == "PLAN_UNFIT"


def test_a_list_of_an_earlier_version_is_no_plan(space: Keyspace, stored: Settings) -> None:
    dry_run(stored, space, has_plan=False)
    assert refusal(stored, space)[0] == "PLAN_UNFIT"


def test_another_destination_is_refused_and_the_right_one_named(
    space: Keyspace, stored: Settings
) -> None:
    dry_run(stored, space)
    code, message = refusal(stored, space, "http://elsewhere")
    assert code == "PLAN_OTHER_DESTINATION"
    assert DESTINATION in message


def test_a_run_that_nobody_knows_and_a_list_that_is_gone_are_refused(
    space: Keyspace, stored: Settings
) -> None:
    assert refusal(stored, space)[0] == "RUN_NOT_FOUND"
    dry_run(stored, space)
    change_lists(stored, space).remove(DRY_RUN)
    assert refusal(stored, space)[0] == "RUN_CHANGES_MISSING"


def test_a_run_gets_the_rows_of_the_dry_run(space: Keyspace, stored: Settings) -> None:
    dry_run(stored, space)
    with planned_of(stored, space, ORDER) as planned:
        assert planned is None
    with planned_of(stored, space, replace(ORDER, plan=DRY_RUN)) as planned:
        assert planned is not None
        assert planned.keys.has("posts", 2)


def test_an_order_keeps_its_plan() -> None:
    order = replace(ORDER, plan=DRY_RUN)
    assert RunOrder.from_json(order.to_json()) == order
    assert RunOrder.from_json(ORDER.to_json()).plan is None


def attempt(settings: Settings, space: Keyspace, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Execute an attempt at a run of the plan. Returns whether the pipeline got its row."""
    given: list[bool] = []

    def run(*arguments: Any, **options: Any) -> Report:
        given.append(options["planned"].keys.has("posts", 2))
        return pipeline_that_ends("completed")(*arguments, **options)

    monkeypatch.setattr(tasks, "read_settings", lambda _: settings)
    monkeypatch.setattr(tasks, "connect_patiently", lambda _: space)
    monkeypatch.setattr(tasks, "connect_briefly", lambda _: space)
    monkeypatch.setattr(tasks, "notify_user", lambda *_: None)
    monkeypatch.setattr(tasks, "run_migration", run)
    order = replace(ORDER, plan=DRY_RUN)
    RunStore(space).create(order)
    TokenVault(space, SECRET).keep(order, "token")
    tasks.migrate(RUN_ID, 1)
    return given


def test_a_worker_carries_out_the_plan(
    space: Keyspace, stored: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    dry_run(stored, space)
    assert attempt(stored, space, monkeypatch) == [True]
    assert status_of(space) == "completed"


def test_the_list_of_the_plan_is_not_removed_to_make_room(
    space: Keyspace, stored: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    dry_run(stored, space)
    small = replace(stored, store=replace(stored.store, changes_bytes=1))
    assert attempt(small, space, monkeypatch) == [True]


def test_a_worker_refuses_a_run_whose_plan_is_gone(
    space: Keyspace, stored: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert attempt(stored, space, monkeypatch) == []
    store = RunStore(space)
    (problem,), _ = store.problems.page(RUN_ID, store.state(RUN_ID), 0, 10)
    assert (status_of(space), problem["code"]) == ("refused", "RUN_CHANGES_MISSING")
