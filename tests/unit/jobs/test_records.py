"""The records of a worker's own process name the run, and the stage that it was in."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from rq import Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from sidecar.jobs import queue
from sidecar.jobs.job import TRANSFER, SidecarJob
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.records import _RunOfText, run_of
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.watchdog import Watchdog
from sidecar.jobs.worker import _Worker
from sidecar.logs import _RunContext, log_run
from tests.unit.jobs.samples import RUN_ID

OTHER = "0" + RUN_ID[1:]


def context_of(text: str) -> tuple[str | None, str | None]:
    """The run and the stage of a record of RQ with ``text``."""
    record: Any = logging.LogRecord("rq.worker", logging.WARNING, "", 0, text, (), None)
    assert _RunOfText().filter(record)
    assert _RunContext().filter(record)
    return record.run, record.stage


def job(space: Keyspace, name: str, *arguments: Any) -> Job:
    return SidecarJob.create(
        name, args=arguments, connection=space.redis, serializer=JSONSerializer
    )


@pytest.mark.parametrize(
    ("text", "run"),
    [
        (f"Worker host-1: migration-x: run {RUN_ID}, attempt 1 ({RUN_ID}-1)", RUN_ID),
        (f"Worker host-1: migration-x: 3 files of run {RUN_ID} ({OTHER})", RUN_ID),
        (f"Worker host-1: job {RUN_ID}-2 failed (waitpid returned 9)", RUN_ID),
        (f"Worker host-1: job {OTHER} failed", None),
        ("Worker host-1: started with PID 1", None),
    ],
)
def test_a_record_that_names_a_job_names_its_run(text: str, run: str | None) -> None:
    assert context_of(text) == (run, None)


def test_the_run_that_is_executed_is_the_one_of_the_record() -> None:
    with log_run(RUN_ID):
        assert context_of(f"Cleaning up after run {OTHER}")[0] == RUN_ID
    assert context_of("Afterwards")[0] is None


def test_only_a_job_of_the_sidecar_has_a_run(space: Keyspace) -> None:
    assert run_of(job(space, TRANSFER, RUN_ID, 1, "shard")) == RUN_ID
    assert run_of(job(space, "os.mkdir", RUN_ID)) is None
    assert run_of(job(space, TRANSFER)) is run_of(job(space, TRANSFER, "x" * 9_000)) is None
    broken: dict[Any, Any] = {"data": b"not JSON", "created_at": "2026-01-01T00:00:00Z"}
    space.redis.hset("rq:job:broken", mapping=broken)
    assert run_of(SidecarJob.fetch("broken", space.redis, JSONSerializer)) is None


def test_a_worker_names_run_and_stage_while_its_work_horse_is_at_work(
    space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str | None, str | None]] = []
    worker = _Worker([queue.queue_of(space)], connection=space.redis, serializer=JSONSerializer)
    worker.watchdog, worker.runs = Watchdog(space), RunStore(space)

    def enter(stage: str) -> None:
        stages = [{"name": stage, "status": "running"}]
        worker.runs.update(RUN_ID, 1, status="running", stages=stages)

    def execute(self: _Worker, job: Job, _: Any) -> None:
        seen.append(context_of("The work horse begins"))
        enter("plan")
        self.maintain_heartbeats(job, SimpleNamespace())  # type: ignore[arg-type]
        seen.append(context_of("It goes on"))
        enter("apply")
        assert self.wait_for_horse() == "killed"
        seen.append(context_of("It was killed"))

    monkeypatch.setattr(Worker, "maintain_heartbeats", lambda *_: None)
    monkeypatch.setattr(Worker, "wait_for_horse", lambda _: "killed")
    monkeypatch.setattr(Worker, "execute_job", execute)
    worker.execute_job(job(space, TRANSFER, RUN_ID, 1, "shard"), queue.queue_of(space))
    assert seen == [(RUN_ID, None), (RUN_ID, "plan"), (RUN_ID, "apply")]
    assert context_of("It waits for the next job") == (None, None)
