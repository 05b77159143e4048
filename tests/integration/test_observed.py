"""What operators see: logs as JSON with run and stage, and numbers for Prometheus that name
nobody."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.stack.conditions import wait_until
from tests.stack.directus import DirectusInstance
from tests.stack.sidecar_client import SidecarClient, admin_id, as_admin
from tests.stack.stack import Stack

KEYS = {"timestamp", "level", "logger", "run", "stage", "message"}
IN_A_QUERY = "nobody-knows-what-is-in-a-query"


@pytest.fixture(scope="module")
def client(stack: Stack) -> SidecarClient:
    return SidecarClient(stack, admin_id(stack.source))


@pytest.fixture(scope="module")
def before(stack: Stack) -> dict[str, float]:
    return numbers(stack)


@pytest.fixture(scope="module")
def run(
    client: SidecarClient, destination: DirectusInstance, before: dict[str, float]
) -> dict[str, Any]:
    started = client.start(destination, dry_run=False)
    assert started.status_code == 202, started.text
    return client.wait_for_end(started.json()["id"])


def test_a_run_is_counted_once(stack: Stack, run: dict[str, Any], before: dict[str, float]) -> None:
    assert run["status"] == "completed", (run["message"], run["problems"])
    after = numbers(stack)
    added = {name: after[name] - before[name] for name in after}
    assert added["directus_migration_runs_total completed"] == 1
    assert (
        sum(added[name] for name in added if name.startswith("directus_migration_runs_total")) == 1
    )
    assert (
        added["directus_migration_rows_total"]
        == sum(row["created"] for row in run["resources"])
        > 0
    )
    assert (
        added["directus_migration_bytes_total"] == sum(row["bytes"] for row in run["resources"]) > 0
    )
    assert added["directus_migration_retries_total"] >= 0


def test_what_waits_and_who_works_is_told(
    stack: Stack, client: SidecarClient, destination: DirectusInstance, run: dict[str, Any]
) -> None:
    assert numbers(stack)["directus_migration_workers"] == 1
    stack.worker.process.stop()
    try:
        waiting = client.start(destination).json()["id"]
        told = numbers(stack)
    finally:
        stack.worker.start()
    assert (told["directus_migration_jobs_queued"], told["directus_migration_workers"]) == (1, 0)
    client.wait_for_end(waiting)
    after = numbers(stack)
    assert after["directus_migration_jobs_queued"] == 0
    assert (
        after["directus_migration_runs_total completed"]
        == told["directus_migration_runs_total completed"] + 1
    )


def test_the_numbers_need_no_secret_and_name_nobody(
    stack: Stack, client: SidecarClient, destination: DirectusInstance, run: dict[str, Any]
) -> None:
    answer = requests.get(f"{stack.web.url}/metrics", timeout=30)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for private in (
        destination.url,
        stack.source.url,
        run["id"],
        run["user"],
        run["user_name"],
        "posts",
        stack.secret,
    ):
        assert private not in answer.text
    assert {name.split()[1] for name in numbers(stack) if " " in name} >= {
        "completed",
        "completed_with_problems",
        "refused",
        "failed",
        "cancelled",
    }


def test_the_numbers_are_not_reached_through_directus(stack: Stack) -> None:
    answer = requests.get(
        f"{stack.source.url}/migration/metrics", headers=as_admin(stack.source), timeout=30
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "ROUTE_NOT_FOUND")


def test_without_redis_the_numbers_are_not_had(stack: Stack) -> None:
    stack.redis.stop()
    try:
        answer = requests.get(f"{stack.web.url}/metrics", timeout=30)
    finally:
        stack.redis.start()
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "REDIS_UNREACHABLE")


def test_every_line_of_the_workers_log_is_json_with_run_and_stage(
    stack: Stack, run: dict[str, Any]
) -> None:
    records = read(stack.worker.process.log)
    ours = [record for record in records if record["run"] == run["id"]]
    assert {"extract", "plan", "apply", "verify", "notify"} <= {record["stage"] for record in ours}
    said = [line["message"] for line in run["log"]["lines"]]
    assert [
        record["message"] for record in ours if record["logger"] == "sidecar.jobs.progress"
    ] == said


def test_the_web_servers_log_is_of_the_same_form_and_without_queries(
    stack: Stack, client: SidecarClient, run: dict[str, Any]
) -> None:
    assert client.get(f"/runs/{run['id']}?after=0&token={IN_A_QUERY}").status_code == 200
    client.get(f"/nowhere%0AX?{IN_A_QUERY}")
    log = stack.web.process.log

    def accesses() -> list[dict[str, Any]]:
        return [record for record in read(log) if record["logger"] == "gunicorn.access"]

    # A request is logged when it has been answered.
    wait_until(
        lambda: {f"/runs/{run['id']}", "/nowhere%0AX"} <= {record["path"] for record in accesses()}
    )
    assert all(
        isinstance(record["status"], int) and record["milliseconds"] >= 0 for record in accesses()
    )
    assert any(record["logger"] == "gunicorn.error" for record in read(log))
    assert IN_A_QUERY not in log.read_text()


def read(log: Path) -> list[dict[str, Any]]:
    records = [json.loads(line) for line in log.read_text().splitlines()]
    assert all(record.keys() >= KEYS for record in records)
    return records


def numbers(stack: Stack) -> dict[str, float]:
    """Every sample, by its name and the value of its label."""
    text = requests.get(f"{stack.web.url}/metrics", timeout=30).text
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
