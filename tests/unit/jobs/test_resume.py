"""Resuming enqueues the next attempt of an interrupted run, and of no other."""

from dataclasses import asdict

import pytest

from sidecar.errors import InvalidRequest
from sidecar.jobs import queue
from sidecar.jobs.finish import interrupt_run
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock, LockOwner
from sidecar.jobs.resume import resume_run
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.migration.report.report import ResourceReport
from tests.unit.jobs.samples import DESTINATION, RUN_ID, SECRET, settings, status_of


def test_a_resumed_run_is_queued_again_without_its_cancel_and_with_its_destination(
    space: Keyspace,
) -> None:
    found = {"resources": [asdict(ResourceReport("tags", "content", 3))], "notes": [{"count": 1}]}
    RunStore(space).change(RUN_ID, lambda _: found)
    interrupt_run(space, RUN_ID, 1)
    RunStore(space).request_cancel(RUN_ID)
    resume_run(settings(), space, RUN_ID)
    assert not RunStore(space).cancel_requested(RUN_ID)
    lock = DestinationLock(space, DESTINATION)
    assert lock.reserve("another", lambda owner: True) == LockOwner(space.source, RUN_ID)
    assert queue.is_waiting(space, RUN_ID, 2)
    state = RunStore(space).state(RUN_ID)
    assert (state["resources"], state["notes"]) == ([], [])


def test_a_run_that_is_not_interrupted_cannot_be_resumed(space: Keyspace) -> None:
    with pytest.raises(InvalidRequest) as caught:
        resume_run(settings(), space, RUN_ID)
    assert (caught.value.code, caught.value.status) == ("NOT_INTERRUPTED", 409)
    assert status_of(space) == "queued"


def test_a_run_whose_token_has_expired_cannot_be_resumed(space: Keyspace) -> None:
    interrupt_run(space, RUN_ID, 1)
    TokenVault(space, SECRET).forget(RUN_ID)
    with pytest.raises(InvalidRequest, match="enter it again") as caught:
        resume_run(settings(), space, RUN_ID)
    assert (caught.value.code, caught.value.status) == ("TOKEN_GONE", 409)
    assert status_of(space) == "interrupted"


def test_an_attempt_is_begun_by_one_worker_only(space: Keyspace) -> None:
    """Even if its job is in the queue twice, because an answer of Redis was lost."""
    assert RunStore(space).begin(RUN_ID, 1)
    assert not RunStore(space).begin(RUN_ID, 1)
    interrupt_run(space, RUN_ID, 1)
    resume_run(settings(), space, RUN_ID)
    assert not RunStore(space).begin(RUN_ID, 1)
    assert RunStore(space).begin(RUN_ID, 2)
