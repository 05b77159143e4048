"""The user of a run that ended without a worker is notified, and the run may be resumed."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.jobs import unfinished_runs
from sidecar.jobs.finish import interrupt_run
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.notification import RESUMED_AUTOMATICALLY
from sidecar.jobs.resume import resume_run
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.unfinished_runs import (
    LOCK,
    LOCK_SECONDS,
    MAX_AUTO_RESUMES,
    handle_unfinished_runs,
)
from tests.stack.answering import Answering
from tests.unit.jobs.samples import ORDER, RUN_ID, UNREACHABLE, settings, status_of


def pending(space: Keyspace) -> list[tuple[str, int]]:
    return RunStore(space).index.pending_notifications()


def test_a_run_is_resumed_automatically_three_times_and_the_user_notified_each_time(
    space: Keyspace,
) -> None:
    with Answering((204, {}, b"")) as source:
        for attempt in range(1, MAX_AUTO_RESUMES + 2):
            assert interrupt_run(space, RUN_ID, attempt)
            handle_unfinished_runs(settings(source.url, auto_resume=True), space)
        assert source.received == [("POST", "/notifications?fields=id")] * (MAX_AUTO_RESUMES + 1)
    said_resumed = [RESUMED_AUTOMATICALLY.encode() in body for body in source.bodies]
    assert said_resumed == [True] * MAX_AUTO_RESUMES + [False]
    assert status_of(space) == "interrupted"
    assert pending(space) == []


def test_a_user_is_notified_once_the_source_answers_and_only_once(space: Keyspace) -> None:
    interrupt_run(space, RUN_ID, 1)
    handle_unfinished_runs(settings(UNREACHABLE), space)
    with Answering((503, {}, b"{}"), (204, {}, b"")) as source:
        for _ in range(3):
            handle_unfinished_runs(settings(source.url), space)
        assert len(source.received) == 2
    assert status_of(space) == "interrupted"


def test_a_process_that_dies_while_it_notifies_delays_only_that_run_and_not_for_long(
    space: Keyspace,
) -> None:
    RunStore(space).create(replace(ORDER, id="another"))
    for run_id in (RUN_ID, "another"):
        interrupt_run(space, run_id, 1)
    lock = LOCK.format(RUN_ID)
    assert space.redis.lock(lock, LOCK_SECONDS).acquire(blocking=False)
    with Answering((204, {}, b"")) as source:
        handle_unfinished_runs(settings(source.url), space)
        assert pending(space) == [(RUN_ID, 1)]
        assert 0 < space.redis.pttl(lock) <= 30_000
        space.redis.delete(lock)
        handle_unfinished_runs(settings(source.url), space)
        assert len(source.received) == 2
    assert pending(space) == []


def test_an_attempt_that_ends_during_the_notification_of_an_earlier_one_is_notified_too(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resume_and_interrupt(*_: Any, **__: Any) -> None:
        resume_run(settings(), space, RUN_ID)
        interrupt_run(space, RUN_ID, 2)

    interrupt_run(space, RUN_ID, 1)
    monkeypatch.setattr(unfinished_runs, "notify_user", resume_and_interrupt)
    handle_unfinished_runs(settings(), space)
    assert pending(space) == [(RUN_ID, 2)]


def test_no_user_is_notified_of_a_run_that_was_resumed_meanwhile(space: Keyspace) -> None:
    interrupt_run(space, RUN_ID, 1)
    resume_run(settings(), space, RUN_ID)
    handle_unfinished_runs(settings(UNREACHABLE), space)
    assert pending(space) == []
