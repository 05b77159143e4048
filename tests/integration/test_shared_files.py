"""The files of one run are shared by the workers that listen; one that is killed in the middle
loses nothing."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import SimpleWorker, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker_registration import register

from sidecar.config import read_settings
from sidecar.directus.client import Directus
from sidecar.jobs import shards
from sidecar.jobs.job import TRANSFER
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import queue_of
from tests.integration.oracle import differences
from tests.stack.conditions import wait_until
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.gate import Gate
from tests.stack.many_files import remove_files, seed_files, stored_bytes
from tests.stack.processes import children
from tests.stack.proxy import Proxy
from tests.stack.shown_outage import Outage
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.sidecar_processes import SidecarWorker
from tests.stack.stack import Stack

SIZES = [*range(1, 500_000, 2_000), 0, 999_999, 3_000_000, 40_000_000]
# Who uploaded them is not at the destination.
NOBODY = {"directus_files": ["uploaded_by"]}
Run = dict[str, Any]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Stack]:
    """A stack of its own with many files, and a second worker."""
    with Stack(tmp_path_factory.mktemp("shared"), version, database) as stack:
        seed_files(stack.source, SIZES)
        second = SidecarWorker(stack.sidecar, stack.logs, stack.web.url, "second")
        try:
            second.start()
            yield stack
        finally:
            second.process.stop()


@pytest.fixture(scope="module")
def space(two: Stack) -> Keyspace:
    return Keyspace.of(Redis.from_url(two.redis.url), two.source.url)


@pytest.fixture
def client(two: Stack, space: Keyspace) -> SidecarClient:
    """For a destination without files, and with two workers that have nothing to do."""
    remove_files(two.destination)
    wait_until(lambda: len(idle_workers(space)) == 2)
    return SidecarClient(two, admin_id(two.source))


def test_both_workers_transfer_files_of_one_run(
    two: Stack, client: SidecarClient, space: Keyspace
) -> None:
    run = client.wait_for_end(
        client.start(two.destination, dry_run=False, options=["content"]).json()["id"]
    )
    assert_all_arrived(two, client, run)
    assert 0 < files_of_helpers(run) < len(SIZES)
    assert space.redis.keys("migration:*:shard:*") == []


def test_an_outage_that_only_a_helper_sees_is_shown(
    two: Stack, client: SidecarClient, space: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The helper is this process: it reaches the destination by a way of its own."""
    outage = Outage(client)
    helper = SimpleWorker([queue_of(space)], connection=space.redis, serializer=JSONSerializer)
    settings = read_settings(two.sidecar.variables())
    two.worker.process.stop()
    try:
        register(helper)
        with Proxy(two.destination.url, outage.rewrite) as proxy:
            sides = (
                Directus(two.source.url, two.source.admin_token),
                Directus(proxy.url, two.destination.admin_token),
            )
            monkeypatch.setattr(shards, "read_settings", lambda _: settings)
            monkeypatch.setattr(shards, "_connect", lambda *_: sides)
            run_id = client.start(two.destination, dry_run=False).json()["id"]
            wait_until(lambda: queue_of(space).job_ids)
            outage.watch(run_id)
            helper.work(burst=True, max_jobs=1)
            run = client.wait_for_end(run_id)
    finally:
        two.worker.start()
    assert_all_arrived(two, client, run)
    assert outage.seconds_until_shown < 3
    assert run["waiting"] == []
    said = [line["message"] for line in run["log"]["lines"] if "respond" in line["message"]]
    assert [message.split(" ")[:2] for message in said] == [
        ["Destination", "not"],
        ["Destination", "responds"],
    ]


def test_a_killed_work_horse_of_a_helper_loses_nothing(
    two: Stack, client: SidecarClient, space: Keyspace
) -> None:
    gate = Gate("POST", "/files")
    with Proxy(two.destination.url, gate.rewrite) as proxy:
        run_id = start(client, proxy, two.destination)
        helper = wait_until(lambda: helper_at_work(space, run_id))
        (horse,) = wait_until(lambda: children(helper))
        gate.wait()
        os.kill(horse, signal.SIGKILL)
        gate.open()
        run = client.wait_for_end(run_id)
    assert_all_arrived(two, client, run)


def test_a_cancelled_run_is_cancelled_at_its_helpers_too(
    two: Stack, client: SidecarClient, space: Keyspace
) -> None:
    gate = Gate("POST", "/files")
    with Proxy(two.destination.url, gate.rewrite) as proxy:
        run_id = start(client, proxy, two.destination)
        wait_until(lambda: helper_at_work(space, run_id))
        gate.wait()
        client.post(f"/runs/{run_id}/cancel")
        gate.open()
        run = client.wait_for_end(run_id)
    assert run["status"] == "cancelled"
    assert len(dump(two.destination.database)["directus_files"]) < len(SIZES)
    wait_until(lambda: len(idle_workers(space)) == 2)
    assert space.redis.keys("migration:*:shard:*") == []


def test_a_killed_helper_loses_nothing(two: Stack, client: SidecarClient, space: Keyspace) -> None:
    gate = Gate("POST", "/files")
    with Proxy(two.destination.url, gate.rewrite) as proxy:
        run_id = start(client, proxy, two.destination)
        helper = wait_until(lambda: helper_at_work(space, run_id))
        gate.wait()
        for pid in (helper, *children(helper)):
            os.kill(pid, signal.SIGKILL)
        gate.open()
        run = client.wait_for_end(run_id)
    assert_all_arrived(two, client, run)


def assert_all_arrived(two: Stack, client: SidecarClient, run: Run) -> None:
    assert (run["status"], run["problems"]) == ("completed", []), run["message"]
    (files,) = (row for row in run["resources"] if row["name"] == "directus_files")
    assert [files[count] for count in ("created", "verified", "failed", "skipped")] == [
        len(SIZES),
        len(SIZES),
        0,
        0,
    ]
    assert files["bytes"] == files["bytes_total"] == sum(SIZES)
    assert all(stage["done"] == stage["total"] for stage in run["stages"])
    assert client.get(f"/runs/{run['id']}/checksums").json()["total"] == len(SIZES)
    assert (
        differences(two.source.database, two.destination.database, ["directus_files"], NOBODY) == []
    )
    assert stored_bytes(two.source) == stored_bytes(two.destination)


def start(client: SidecarClient, proxy: Proxy, destination: DirectusInstance) -> str:
    body = {
        "destination_url": proxy.url,
        "destination_token": destination.admin_token,
        "dry_run": False,
        "options": ["content"],
        "references": "empty",
    }
    return str(client.post("/runs", body).json()["id"])


def files_of_helpers(run: Run) -> int:
    """How many files the log says that other workers than the run's own transferred."""
    said = [
        re.search(r"Worker \S+ transferred (\d+) file", line["message"])
        for line in run["log"]["lines"]
    ]
    return sum(int(found[1]) for found in said if found)


def idle_workers(space: Keyspace) -> list[int]:
    """The process ids of those that wait for work; Redis knows a killed one for a while."""
    listening = Worker.all(queue=queue_of(space))
    return [
        worker.pid
        for worker in listening
        if worker.get_state() == "idle" and worker.pid and Path(f"/proc/{worker.pid}").exists()
    ]


def helper_at_work(space: Keyspace, run_id: str) -> int:
    """The process id of a worker that has a shard of the run, 0 when there is none."""
    for worker in Worker.all(queue=queue_of(space)):
        job_id = worker.get_current_job_id()
        job = (
            Job.fetch(job_id, connection=space.redis, serializer=JSONSerializer) if job_id else None
        )
        if job and job.func_name == TRANSFER and job.args[0] == run_id and worker.pid:
            return worker.pid
    return 0
