"""Whoever can write to Redis cannot make a worker execute other code than the sidecar's jobs."""

from pathlib import Path
from typing import Any

import pytest
from rq import Callback, Queue, SimpleWorker
from rq.serializers import JSONSerializer

from sidecar.errors import InvalidRequest
from sidecar.jobs.job import MIGRATE, ON_FAILURE, TRANSFER, SidecarJob
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import queue_of
from sidecar.jobs.shards import transfer
from sidecar.jobs.tasks import handle_failure, migrate


def work(space: Keyspace) -> None:
    SimpleWorker(
        [queue_of(space)],
        connection=space.redis,
        serializer=JSONSerializer,
        job_class=SidecarJob,
    ).work(burst=True, logging_level=None)


def test_a_job_that_names_another_function_is_not_executed(space: Keyspace, tmp_path: Path) -> None:
    """The queue of an attacker: RQ's own, which takes any name for the function and callbacks."""
    traces = [tmp_path / name for name in ("function", "callback")]
    queue = Queue(space.queue, connection=space.redis, serializer=JSONSerializer)
    job = queue.enqueue(
        "os.mkdir",
        str(traces[0]),
        meta={"trace": str(traces[1])},
        on_failure=Callback("tests.unit.jobs.test_job.leave_trace"),
    )
    work(space)
    assert job.is_failed
    assert [trace.exists() for trace in traces] == [False, False]


def leave_trace(job: Any, *_: Any) -> None:
    Path(job.meta["trace"]).mkdir()


def test_a_job_cannot_call_a_method_of_its_data(space: Keyspace) -> None:
    job = SidecarJob.create("lower", connection=space.redis, serializer=JSONSerializer)
    job._instance = "A TEXT"
    with pytest.raises(InvalidRequest) as caught:
        _ = job.func
    assert caught.value.code == "FOREIGN_JOB"


@pytest.mark.parametrize(("name", "function"), [(MIGRATE, migrate), (TRANSFER, transfer)])
def test_the_jobs_of_the_sidecar_have_their_functions(
    space: Keyspace, name: str, function: object
) -> None:
    job = SidecarJob.create(
        name, connection=space.redis, serializer=JSONSerializer, on_failure=Callback(ON_FAILURE)
    )
    assert (job.func, job.failure_callback, job.success_callback) == (
        function,
        handle_failure,
        None,
    )
