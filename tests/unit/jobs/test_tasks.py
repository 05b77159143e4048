"""The job of an attempt: it runs the pipeline and stores how the run ended."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sidecar.config import StoreSettings
from sidecar.errors import InvalidRequest
from sidecar.jobs import queue, tasks
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_changes import change_lists
from sidecar.jobs.run_order import ORDER_VERSION
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.source_identity import SOURCE_DIFFERS
from sidecar.migration.baseline.baselines import open_baseline
from sidecar.migration.changes.change import Change
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import Report, Status
from sidecar.resources.base import Resource
from tests.unit.jobs.samples import (
    DESTINATION,
    ORDER,
    RUN_ID,
    SECRET,
    SOURCE,
    settings,
    status_of,
)

Pipeline = Callable[..., Report]
TAGS = Resource("tags", "content", "/items/tags", "id", "integer", ("id",))


@pytest.fixture(autouse=True)
def notified(space: Keyspace, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statuses that the user was notified of. Settings and Redis are those of the test."""
    statuses: list[str] = []
    monkeypatch.setattr(tasks, "read_settings", lambda _: settings())
    monkeypatch.setattr(tasks, "connect_patiently", lambda _: space)
    monkeypatch.setattr(tasks, "connect_briefly", lambda _: space)
    monkeypatch.setattr(
        tasks, "notify_user", lambda _, __, document, ___: statuses.append(document["status"])
    )
    return statuses


def pipeline_that_ends(status: Status, code: str | None = None) -> Pipeline:
    """A pipeline whose run ends with ``status``, and with a problem of ``code`` if given."""

    def run(
        source: Any, destination: Any, request: Any, watcher: Any, notify: Any, *_: Any, **__: Any
    ) -> Report:
        progress = Progress(request, watcher)
        progress.add_resource(TAGS, 3)
        progress.note("tags", "CLEARED", "name", "name: set to null", 1)
        if code:
            progress.stop(status, InvalidRequest("No", code=code))
        else:
            progress.finish(status)
        notify(progress.report)
        return progress.report

    return run


def test_a_completed_run_is_stored_and_its_user_notified(
    space: Keyspace, notified: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "run_migration", pipeline_that_ends("completed"))
    tasks.migrate(RUN_ID, 1)
    state = RunStore(space).state(RUN_ID)
    assert (state["status"], notified) == ("completed", ["completed"])
    assert state["started_at"] <= state["ended_at"]
    assert not space.redis.keys("migration:*:token")


def test_an_interrupted_run_is_queued_again_and_nobody_notified(
    space: Keyspace, notified: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "run_migration", pipeline_that_ends("interrupted"))
    tasks.migrate(RUN_ID, 1)
    state = RunStore(space).state(RUN_ID)
    assert (state["status"], notified) == ("queued", [])
    assert (state["resources"], state["notes"]) == ([], [])
    assert queue.is_waiting(space, RUN_ID, 2)
    assert TokenVault(space, SECRET).reveal(ORDER) == "token"


def test_a_run_gets_a_list_for_its_changes_and_what_both_sides_had(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run(*arguments: Any, **options: Any) -> Report:
        options["changes"].add([Change("posts", "new", "1")])
        options["baseline"].record("posts", b"", [("1", b"a" * 16, b"a" * 16)])
        return pipeline_that_ends("completed")(*arguments, **options)

    stored = replace(settings(), store=StoreSettings(tmp_path))
    monkeypatch.setattr(tasks, "read_settings", lambda _: stored)
    monkeypatch.setattr(tasks, "run_migration", run)
    tasks.migrate(RUN_ID, 1)
    with change_lists(stored, space).open(RUN_ID) as changes:
        assert changes.counts()["posts"]["new"] == 1
    with open_baseline(stored.store, SOURCE, DESTINATION) as baseline:
        assert baseline.known("posts", b"")


@pytest.mark.parametrize("status", ["completed", "interrupted"])
def test_a_full_redis_is_waited_for_at_the_end_of_a_run(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch, status: Status
) -> None:
    """Otherwise the watchdog would take the run for interrupted."""
    ended, waits = pipeline_that_ends(status), []

    def fill(*arguments: Any, **options: Any) -> Report:
        report = ended(*arguments, **options)
        space.redis.config_set("maxmemory", 1)
        return report

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            space.redis.config_set("maxmemory", 0)

    monkeypatch.setattr(tasks, "run_migration", fill)
    monkeypatch.setattr("redis.retry.sleep", wait)
    try:
        tasks.migrate(RUN_ID, 1)
    finally:
        space.redis.config_set("maxmemory", 0)
    assert len(waits) == 3
    assert status_of(space) == ("queued" if status == "interrupted" else status)
    assert queue.is_waiting(space, RUN_ID, 2) == (status == "interrupted")


def test_nobody_is_notified_in_another_project(
    space: Keyspace, notified: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "run_migration", pipeline_that_ends("refused", SOURCE_DIFFERS))
    tasks.migrate(RUN_ID, 1)
    assert (status_of(space), notified) == ("refused", [])


def test_a_run_whose_token_is_gone_is_refused(space: Keyspace, notified: list[str]) -> None:
    TokenVault(space, SECRET).forget(RUN_ID)
    tasks.migrate(RUN_ID, 1)
    store = RunStore(space)
    (problem,), _ = store.problems.page(RUN_ID, store.state(RUN_ID), 0, 10)
    assert (status_of(space), problem["code"], notified) == ("refused", "TOKEN_GONE", ["refused"])


def test_a_worker_refuses_the_order_of_a_later_version_and_says_so(
    space: Keyspace, notified: list[str]
) -> None:
    order = json.loads(ORDER.to_json())
    order |= {"version": ORDER_VERSION + 1, "speed": "high"}
    order["request"] |= {"options": ["users", "webhooks"], "undo": True}
    space.redis.hset(space.run_key(RUN_ID), "order", json.dumps(order))
    tasks.migrate(RUN_ID, 1)
    store = RunStore(space)
    (problem,), _ = store.problems.page(RUN_ID, store.state(RUN_ID), 0, 10)
    assert (status_of(space), problem["code"], notified) == (
        "refused",
        "WORKER_OUTDATED",
        ["refused"],
    )


def test_an_attempt_that_has_begun_is_not_executed_again(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("must not run")

    monkeypatch.setattr(tasks, "run_migration", fail)
    RunStore(space).begin(RUN_ID, 1)
    tasks.migrate(RUN_ID, 1)
    assert status_of(space) == "running"


def test_a_job_of_an_earlier_version_finds_its_failure_callback() -> None:
    assert tasks.broke is tasks.handle_failure
