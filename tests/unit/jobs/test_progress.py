"""A run's record follows its progress, whether Redis answers or not."""

import os
from functools import partial
from threading import Event
from typing import Any

import pytest
from redis.exceptions import RedisError

from sidecar.directus.availability import Outage
from sidecar.directus.client import Directus
from sidecar.errors import Cancelled, Interrupted
from sidecar.jobs import progress, shutdown
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock
from sidecar.jobs.progress import WORKER_STOPPED, RecordingWatcher
from sidecar.jobs.rates import IDLE, Rates
from sidecar.jobs.run_store import RunStore
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof
from tests.stack.redis_server import RedisServer
from tests.unit.conftest import without_redis
from tests.unit.jobs.samples import DESTINATION, ORDER, RUN_ID


@pytest.fixture
def watcher(space: Keyspace) -> RecordingWatcher:
    """A watcher of a running attempt, whose thread is not started: tests save themselves."""
    RunStore(space).begin(RUN_ID, 1)
    return RecordingWatcher(RunStore(space), RUN_ID, 1)


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reasons for which the process would have ended."""
    reasons: list[str] = []
    monkeypatch.setattr(progress, "_exit_process", reasons.append)
    return reasons


def test_lines_checksums_and_numbers_are_saved(space: Keyspace, watcher: RecordingWatcher) -> None:
    run = Progress(ORDER.request, watcher)
    run.problem("posts", 7, "CONFLICT", "It differs")
    watcher.transferred(FileProof("file", "a.png", 3, "0" * 64))
    watcher.changed(run)
    watcher._save()
    store = RunStore(space)
    state = store.state(RUN_ID)
    assert (state["status"], state["problem_count"]) == ("running", 1)
    assert state["rates"] == {"rows_per_second": 0.0, "bytes_per_second": 0.0}
    run.problem("posts", 8, "CONFLICT", "It differs")
    watcher._save()
    problems, total = store.problems.page(RUN_ID, state, 0, 9)
    assert ([one["key"] for one in problems], total, state["problems"]) == (["7", "8"], 2, [])
    (line, _) = store.log.lines_after(RUN_ID, 0)["lines"]
    assert line["message"] == "posts 7: It differs (CONFLICT)"
    assert store.log.checksums_after(RUN_ID, 0)["total"] == 1


def test_no_error_ends_the_saving(
    watcher: RecordingWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise nobody would notice that the run is to be cancelled."""
    saved, errors = Event(), iter([KeyError("pace"), RuntimeError("deque mutated")])

    def save() -> None:
        for error in errors:
            raise error
        saved.set()

    monkeypatch.setattr(progress, "SAVE_SECONDS", 0.001)
    monkeypatch.setattr(watcher, "_save", save)
    with watcher:
        assert saved.wait(10)


def test_while_a_side_does_not_respond_that_is_saved_instead_of_a_speed(
    space: Keyspace, watcher: RecordingWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rates, "sample", lambda *_: {"rows_per_second": 5.0})
    run, destination = Progress(ORDER.request, watcher), Directus("http://destination", "t")
    run.outages.watch("destination", destination)
    destination.availability._listener(Outage(2, 1.0))
    watcher._save()
    state = RunStore(space).state(RUN_ID)
    assert [(one["side"], one["tries"]) for one in state["waiting"]] == [("destination", 2)]
    assert state["rates"] == IDLE
    destination.availability._listener(Outage(2, 1.0, is_over=True))
    watcher._save()
    state = RunStore(space).state(RUN_ID)
    assert (state["waiting"], state["rates"]) == ([], {"rows_per_second": 5.0})
    lines = RunStore(space).log.lines_after(RUN_ID, 0)["lines"]
    assert [line["level"] for line in lines] == ["warning", "info"]


def test_a_finished_report_does_not_end_the_run_before_its_final_state(
    space: Keyspace, watcher: RecordingWatcher
) -> None:
    Progress(ORDER.request, watcher).finish("completed")
    watcher._save()
    assert RunStore(space).state(RUN_ID)["status"] == "running"
    final_state = watcher.final_state(RunStore(space))
    assert (final_state["status"], final_state["current"]) == ("completed", None)
    assert final_state["ended_at"]


def test_an_unreachable_redis_loses_nothing(
    space: Keyspace, watcher: RecordingWatcher, server: RedisServer
) -> None:
    run = Progress(ORDER.request, watcher)
    with without_redis(server):
        run.problem(None, None, "FIRST", "line")
        with pytest.raises(RedisError):
            watcher._save()
        run.problem(None, None, "SECOND", "line")
        watcher.changed(run)
    watcher._save()
    lines = RunStore(space).log.lines_after(RUN_ID, 0)["lines"]
    assert ["FIRST" in lines[0]["message"], "SECOND" in lines[1]["message"]] == [True, True]
    assert RunStore(space).state(RUN_ID)["problem_count"] == 2


def test_a_requested_cancel_is_noticed(space: Keyspace, watcher: RecordingWatcher) -> None:
    watcher._save()
    assert not watcher.cancel_requested()
    RunStore(space).request_cancel(RUN_ID)
    watcher._save()
    assert watcher.cancel_requested()


def test_a_run_stops_when_redis_has_lost_its_record_or_its_lock(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    RunStore(space).begin(RUN_ID, 1)
    lock = DestinationLock(space, DESTINATION)
    watcher = RecordingWatcher(RunStore(space), RUN_ID, 1, partial(lock.is_owned_by, RUN_ID))
    watcher._save()
    assert not watcher.cancel_requested()
    lock.release(RUN_ID)
    watcher._save()
    with pytest.raises(Cancelled, match="Redis lost"):
        watcher.cancel_requested()


def test_the_thread_goes_on_when_redis_has_lost_the_record(
    space: Keyspace, watcher: RecordingWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: Any = iter([False, False, True])
    monkeypatch.setattr(watcher._finished, "wait", lambda _: next(waits))
    space.redis.flushall()
    with watcher:
        watcher._saver.join(timeout=5)
    with pytest.raises(Cancelled, match="Redis lost"):
        watcher.cancel_requested()


def test_all_problems_are_there_after_redis_has_lost_the_record(
    space: Keyspace, watcher: RecordingWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Progress(ORDER.request, watcher)
    run.problem("posts", 7, "CONFLICT", "It differs")
    watcher.changed(run)
    watcher._save()
    space.redis.flushall()
    waits: Any = iter([False, False, True])
    monkeypatch.setattr(watcher._finished, "wait", lambda _: next(waits))
    with watcher:
        watcher._saver.join(timeout=5)
    run.problem("posts", 8, "CONFLICT", "It differs")
    store = RunStore(space)
    state = watcher.final_state(store)
    problems, total = store.problems.page(RUN_ID, state, 0, 9)
    assert ([one["key"] for one in problems], total) == (["7", "8"], 2)


def test_a_stopped_worker_interrupts_the_run_unless_it_is_cancelled(
    space: Keyspace, watcher: RecordingWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutdown, "_requested", True)
    with pytest.raises(Interrupted, match=WORKER_STOPPED):
        watcher.cancel_requested()
    RunStore(space).request_cancel(RUN_ID)
    watcher._save()
    assert watcher.cancel_requested()


def test_a_process_ends_when_another_attempt_has_begun(
    space: Keyspace, watcher: RecordingWatcher, exits: list[str]
) -> None:
    watcher._save()
    assert exits == []
    RunStore(space).change(RUN_ID, lambda _: {"attempt": 2})
    watcher._save()
    assert exits == ["its run has ended or another attempt has begun"]


def test_the_thread_saves_until_the_context_is_left_and_ends_without_its_worker(
    space: Keyspace, watcher: RecordingWatcher, exits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: Any = iter([False, True])
    monkeypatch.setattr(watcher._finished, "wait", lambda _: next(waits))
    monkeypatch.setattr(os, "getppid", lambda: 0)
    with watcher:
        watcher._saver.join(timeout=5)
    assert exits == ["its worker is gone"]
