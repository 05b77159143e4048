"""Runs that end in the middle: the destination is put back in order, the person is told, the
next run completes."""

import json
import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sidecar.migration.schema.loading_mode import NOTE
from tests.integration.command import CONTENT_ALONE, migrate, sidecar
from tests.integration.oracle import differences
from tests.stack.conditions import wait_until
from tests.stack.contents import PEOPLE
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.gate import Gate
from tests.stack.processes import children
from tests.stack.proxy import Proxy
from tests.stack.seed import COUNTS
from tests.stack.seed.api import Api
from tests.stack.sidecar_client import SidecarClient, admin_id, as_admin
from tests.stack.stack import Stack

EXPIRED = {"errors": [{"message": "Token expired.", "extensions": {"code": "TOKEN_EXPIRED"}}]}


@pytest.fixture(scope="module")
def other(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    """One more destination, empty but for the people."""
    folder = tmp_path_factory.mktemp("other")
    with DirectusInstance("other", version, database, workdir=folder, content=PEOPLE) as instance:
        yield instance


def test_a_token_that_expires_on_the_way_fails_with_status_3(
    stack: Stack, destination: DirectusInstance
) -> None:
    """It expires for the first batch of posts and is good again afterwards: loading mode can be
    left."""

    def expire(method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        expired = (method, path.partition("?")[0]) == ("POST", "/items/posts")
        return (401, json.dumps(EXPIRED).encode()) if expired else (status, body)

    with Proxy(destination.url, expire) as proxy:
        done = sidecar(
            stack.source,
            "migrate",
            "--to",
            proxy.url,
            "--json",
            *CONTENT_ALONE,
            token=destination.admin_token,
        )
    assert done.status == 3, done.stderr
    assert done.document["status"] == "failed"
    assert [problem["code"] for problem in done.document["problems"]] == ["TOKEN_EXPIRED"]
    assert f"{proxy.url}/items/posts denies access: Token expired." in done.document["message"]
    assert "Traceback" not in done.stderr
    assert still_loading(destination) == []


def test_a_run_can_be_cancelled_on_the_way(stack: Stack, destination: DirectusInstance) -> None:
    client = SidecarClient(stack, admin_id(stack.source))
    gate = Gate("POST", "/items/posts")
    with Proxy(destination.url, gate.rewrite) as proxy:
        run_id = start(client, proxy, destination)
        gate.wait()
        assert client.post(f"/runs/{run_id}/cancel").status_code == 202
        gate.open()
        run = client.wait_for_end(run_id)
    assert run["status"] == "cancelled"
    assert 0 < sum(row["created"] for row in run["resources"]) < sum(COUNTS.values())
    assert still_loading(destination) == []
    assert subjects(stack, run_id) == ["Migration cancelled"]


def test_a_killed_work_horse_interrupts_the_run_and_the_person_is_told(
    stack: Stack, other: DirectusInstance
) -> None:
    client = SidecarClient(stack, admin_id(stack.source))
    gate = Gate("POST", "/items/orders")
    with Proxy(other.url, gate.rewrite) as proxy:
        run_id = start(client, proxy, other)
        gate.wait()
        client.wait_until(run_id, lambda run: sum(row["created"] for row in run["resources"]) > 0)
        for child in children(stack.worker.process.pid):
            os.kill(child, signal.SIGKILL)
        run = client.wait_for_end(run_id)
        gate.open()
    assert run["status"] == "interrupted"
    assert "Resume the run" in run["message"]
    assert [problem["code"] for problem in run["problems"]] == ["WORKER_DIED"]
    assert sum(row["created"] for row in run["resources"]) > 0
    assert "running" not in [stage["status"] for stage in run["stages"]]
    wait_until(lambda: subjects(stack, run_id) == ["Migration interrupted"])
    said = [record for record in records(stack) if "terminated unexpectedly" in record["message"]]
    assert [(record["run"], record["stage"]) for record in said] == [(run_id, "apply")]
    assert still_loading(other) != []


def test_the_next_run_completes_what_was_interrupted(
    stack: Stack, destination: DirectusInstance, other: DirectusInstance
) -> None:
    for interrupted in (destination, other):
        done = migrate(stack.source, interrupted)
        assert done.status == 0, done.stdout
        assert still_loading(interrupted) == []
        tables = [*COUNTS, "directus_files", "directus_folders"]
        assert differences(stack.source.database, interrupted.database, tables) == []


def test_a_run_that_came_and_went_while_another_made_its_plan_makes_it_end_before_it_writes(
    stack: Stack, other: DirectusInstance
) -> None:
    """Nothing else at the destination would tell it."""
    client = SidecarClient(stack, admin_id(stack.source))
    with Api(stack.source.url, stack.source.admin_token) as api:
        api.post("/items/tags", {"id": "new", "description": "While another made its plan"})
    gate = Gate("SEARCH", "/items/tags")
    with Proxy(other.url, gate.rewrite) as proxy:
        run_id = start(client, proxy, other)
        gate.wait()
        assert migrate(stack.source, other).status == 0
        between = dump(other.database)
        with Api(stack.source.url, stack.source.admin_token) as api:
            api.post("/items/tags", {"id": "newer", "description": "After the other run"})
        gate.open()
        run = client.wait_for_end(run_id)
    assert (run["status"], [one["code"] for one in run["problems"]]) == (
        "refused",
        ["DESTINATION_BUSY"],
    )
    assert "Another run has written to this destination" in run["message"]
    assert dump(other.database) == between
    assert migrate(stack.source, other).status == 0
    # Other modules count what the source has.
    with Api(stack.source.url, stack.source.admin_token) as api:
        api.delete_all("/items/tags", ["new", "newer"])


def start(client: SidecarClient, proxy: Proxy, destination: DirectusInstance) -> str:
    body = {
        "destination_url": proxy.url,
        "destination_token": destination.admin_token,
        "dry_run": False,
        "options": ["content"],
        "references": "empty",
    }
    return str(client.post("/runs", body).json()["id"])


def records(stack: Stack) -> list[dict[str, Any]]:
    """What the worker has logged."""
    return [json.loads(line) for line in stack.worker.process.log.read_text().splitlines()]


def still_loading(destination: DirectusInstance) -> list[Any]:
    return [
        row["collection"]
        for row in dump(destination.database)["directus_collections"]
        if row["note"] == NOTE
    ]


def subjects(stack: Stack, run_id: str) -> list[str]:
    """The notifications in the source that link to this run, without the destination."""
    url = f"{stack.source.url}/notifications?limit=-1"
    rows = requests.get(url, headers=as_admin(stack.source), timeout=30).json()["data"]
    subjects = [row["subject"] for row in rows if run_id in row["message"]]
    return [re.sub(r" to \S+", "", subject) for subject in subjects]
