"""A run ends once: by its worker, by the watchdog or by a user who cancels it."""

import pytest
from rq.exceptions import AbandonedJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from sidecar.errors import InvalidRequest
from sidecar.jobs import queue
from sidecar.jobs.finish import (
    WORKER_DIED,
    cancel_run,
    finish_or_restore_run,
    finish_run,
    interrupt_run,
)
from sidecar.jobs.job import MIGRATE
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.resume import resume_run
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.tasks import handle_failure
from tests.unit.jobs.samples import ORDER, RUN_ID, settings, status_of


def test_the_end_releases_the_destination_and_deletes_the_token(space: Keyspace) -> None:
    assert finish_run(space, ORDER, 1, {"status": "completed"})
    assert RunStore(space).index.active() == []
    assert not space.redis.keys("migration:destination:*")
    assert not space.redis.keys("migration:*:token")


def test_only_the_first_end_counts(space: Keyspace) -> None:
    """A worker that was given up may still live."""
    assert interrupt_run(space, RUN_ID, 1)
    assert not interrupt_run(space, RUN_ID, 1)
    assert not RunStore(space).update(RUN_ID, 1, status="running")
    resume_run(settings(), space, RUN_ID)
    assert not RunStore(space).update(RUN_ID, 1, status="running")
    assert not finish_run(space, ORDER, 1, {"status": "completed"})
    assert RunStore(space).update(RUN_ID, 2, status="running")


def test_a_run_that_ended_while_redis_was_away_does_not_stay_interrupted(space: Keyspace) -> None:
    """The watchdog was faster than its worker."""
    assert interrupt_run(space, RUN_ID, 1)
    finish_or_restore_run(space, ORDER, 1, {"status": "completed"})
    store = RunStore(space)
    assert (status_of(space), store.index.pending_notifications()) == ("completed", [])


def test_the_record_of_an_ended_run_that_redis_lost_is_stored_again(space: Keyspace) -> None:
    space.redis.flushall()
    finish_or_restore_run(space, ORDER, 2, {"status": "cancelled", "message": "Lost"})
    store = RunStore(space)
    (run,) = store.newest(5)
    assert (run["id"], run["status"], run["attempt"]) == (RUN_ID, "cancelled", 2)
    assert (store.index.active(), store.totals.read()) == ([], {"ended:cancelled": 1})
    assert not interrupt_run(space, RUN_ID, 2)


def test_an_interrupted_run_has_a_whole_report_with_the_cause(space: Keyspace) -> None:
    RunStore(space).update(
        RUN_ID, 1, status="running", stages=[{"name": "extract", "status": "running"}]
    )
    interrupt_run(space, RUN_ID, 1)
    store = RunStore(space)
    state = store.state(RUN_ID)
    problems, total = store.problems.page(RUN_ID, state, 0, 10)
    assert ([problem["code"] for problem in problems], total) == (["WORKER_DIED"], 1)
    assert [(one["code"], one["count"]) for one in state["problem_groups"]] == [("WORKER_DIED", 1)]
    assert (state["problem_count"], state["message"]) == (1, WORKER_DIED)
    assert [stage["status"] for stage in state["stages"]] == ["failed"]
    assert (state["resources"], state["current"]) == ([], None)
    (line,) = RunStore(space).log.lines_after(RUN_ID, 0)["lines"]
    assert (line["level"], line["message"]) == ("error", WORKER_DIED)


def test_a_queued_run_is_cancelled_at_once_and_leaves_the_queue(space: Keyspace) -> None:
    queue.enqueue(space, RUN_ID, 1)
    cancel_run(space, RUN_ID)
    assert status_of(space) == "cancelled"
    assert not queue.is_waiting(space, RUN_ID, 1)
    assert RunStore(space).state(RUN_ID)["message"] == "The run was cancelled before it began"


def test_an_interrupted_run_is_cancelled_at_once(space: Keyspace) -> None:
    interrupt_run(space, RUN_ID, 1)
    cancel_run(space, RUN_ID)
    assert status_of(space) == "cancelled"
    assert not space.redis.keys("migration:*:token")


def test_an_unknown_run_cannot_be_cancelled(space: Keyspace) -> None:
    with pytest.raises(InvalidRequest) as caught:
        cancel_run(space, "unknown")
    assert (caught.value.code, caught.value.status) == ("RUN_NOT_FOUND", 404)


def test_a_job_that_rq_considers_abandoned_is_left_to_the_watchdog(space: Keyspace) -> None:
    job = Job.create(
        MIGRATE,
        (RUN_ID, 1),
        connection=space.redis,
        serializer=JSONSerializer,
        origin=space.queue,
    )
    handle_failure(job, space.redis, AbandonedJobError, AbandonedJobError(), None)
    assert status_of(space) == "queued"
    handle_failure(job, space.redis, ValueError, ValueError(), None)
    assert status_of(space) == "interrupted"
