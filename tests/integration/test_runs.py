"""Runs in the background: started over HTTP, executed by a worker, recorded in Redis."""

import hashlib
import time
from typing import Any

import pytest
import requests
from redis import Redis

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.readiness import NO_WORKER, START_WORKER
from sidecar.options import OPTIONS
from tests.integration.plans import assert_a_dry_run_is_carried_out
from tests.integration.shown_changes import assert_changes_are_shown
from tests.stack.conditions import wait_until
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.ports import LOOPBACK, free_port
from tests.stack.seed import COUNTS
from tests.stack.sidecar_client import SidecarClient, admin_id, as_admin
from tests.stack.stack import Stack

Run = dict[str, Any]
SOMETHING = "6f1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10"
MONTH = 30 * 24 * 3600


@pytest.fixture(scope="module")
def sidecar(stack: Stack) -> SidecarClient:
    return SidecarClient(stack, admin_id(stack.source))


@pytest.fixture(scope="module")
def redis(stack: Stack) -> Any:
    return Redis.from_url(stack.redis.url)


@pytest.fixture(scope="module")
def finished(sidecar: SidecarClient, destination: DirectusInstance) -> Run:
    """A real run, seen from its start to its end."""
    answer = sidecar.start(destination, dry_run=False, options=["content"])
    assert answer.status_code == 202, answer.text
    return sidecar.wait_for_end(answer.json()["id"])


def test_a_run_ends_completed_and_verified(finished: Run) -> None:
    assert finished["status"] == "completed", finished["problems"]
    assert {
        row["name"]: row["verified"] for row in finished["resources"] if row["kind"] == "content"
    } == COUNTS
    assert [stage["status"] for stage in finished["stages"]] == ["done"] * 4
    assert all(stage["done"] == stage["total"] for stage in finished["stages"])
    assert finished["problem_count"] == 0
    assert finished["current"] is None


def test_digests_of_both_sides_are_the_same_where_all_is_verified(finished: Run) -> None:
    rows = {
        row["name"]: row
        for row in finished["resources"]
        if row["kind"] == "content" and row["source"]
    }
    assert all(row["source_digest"] == row["destination_digest"] for row in rows.values())
    assert len({row["source_digest"] for row in rows.values()}) == len(rows)
    assert len(rows["posts"]["source_digest"]) == 64


def test_every_transferred_file_has_its_checksum(
    stack: Stack, sidecar: SidecarClient, destination: DirectusInstance, finished: Run
) -> None:
    (files,) = (row for row in finished["resources"] if row["name"] == "directus_files")
    assert files["bytes_total"] == files["bytes"] > 0
    path = f"/runs/{finished['id']}/checksums"
    whole = sidecar.get(path).json()
    assert len(whole["checksums"]) == whole["total"] == whole["cursor"] == files["created"] > 0
    for file in whole["checksums"]:
        asset = requests.get(
            f"{destination.url}/assets/{file['id']}", headers=as_admin(destination), timeout=30
        )
        assert (hashlib.sha256(asset.content).hexdigest(), len(asset.content)) == (
            file["sha256"],
            file["size"],
        )
    assert (
        sidecar.get(f"{path}?after={whole['total'] - 1}").json()["checksums"]
        == whole["checksums"][-1:]
    )
    assert sidecar.get(f"/runs/{SOMETHING}/checksums").status_code == 404


def test_what_a_run_has_changed_is_shown_through_directus(stack: Stack, finished: Run) -> None:
    assert_changes_are_shown(stack.source, finished)


def test_options_are_counted_as_a_run_counts_them(sidecar: SidecarClient, finished: Run) -> None:
    counts = {
        option["name"]: option["rows"] for option in sidecar.get("/options").json()["options"]
    }
    moved = sum(
        row["source"]
        for row in finished["resources"]
        if row["kind"] not in ("settings", "translations")
    )
    assert counts["content"] == moved
    assert tuple(counts) == OPTIONS
    assert all(counts[name] > 0 for name in ("users", "comments", "presets", "dashboards", "flows"))


def test_the_log_is_read_on_from_a_cursor(sidecar: SidecarClient, finished: Run) -> None:
    whole = finished["log"]
    assert whole["cursor"] == len(whole["lines"]) > 3
    rest = sidecar.get(f"/runs/{finished['id']}?after={whole['cursor'] - 2}").json()["log"]
    assert rest == {"lines": whole["lines"][-2:], "cursor": whole["cursor"]}


def test_the_person_is_notified_in_the_source_with_numbers_and_a_link(
    stack: Stack, sidecar: SidecarClient, finished: Run
) -> None:
    url = f"{stack.source.url}/notifications?sort=-id&limit=-1"
    notifications = requests.get(url, headers=as_admin(stack.source), timeout=30).json()["data"]
    mine = [row for row in notifications if finished["id"] in row["message"]]
    assert [row["recipient"] for row in mine] == [sidecar.headers["X-Migration-User"]]
    assert mine[0]["subject"] == f"Migration to {finished['destination_url'][7:]} completed"
    assert f"{sum(row['created'] for row in finished['resources']):,} created" in mine[0]["message"]
    assert f"({stack.source.url}/admin/migration/runs/{finished['id']})" in mine[0]["message"]


def test_records_are_kept_for_a_month_and_the_token_not_at_all(
    stack: Stack, redis: Any, destination: DirectusInstance, finished: Run
) -> None:
    keys = [
        key
        for key in redis.keys("*")
        if finished["id"].encode() in key and key.startswith(b"migration:")
    ]
    assert {key.decode() for key in keys} == {
        f"{Keyspace.of(redis, stack.source.url).key('run')}:{finished['id']}{part}"
        for part in ("", ":log", ":checksums")
    }
    assert all(0 < redis.ttl(key) <= MONTH for key in keys)
    assert not redis.keys("migration:destination:*")
    assert destination.admin_token not in _everything_in(redis)


def test_runs_are_listed_newest_first(
    sidecar: SidecarClient, destination: DirectusInstance, finished: Run
) -> None:
    dry = sidecar.start(destination, dry_run=True).json()["id"]
    # The destination has all files by now.
    assert sidecar.wait_for_end(dry)["totals"]["bytes_total"] == 0
    listed = sidecar.get("/runs").json()["runs"]
    assert [run["id"] for run in listed[:2]] == [dry, finished["id"]]
    assert [run["dry_run"] for run in listed[:2]] == [True, False]


def test_one_destination_has_one_run_at_a_time_and_its_token_is_encrypted_at_rest(
    stack: Stack, redis: Any, sidecar: SidecarClient, destination: DirectusInstance, finished: Run
) -> None:
    stack.worker.process.stop()
    try:
        first = sidecar.start(destination, dry_run=True)
        began = time.monotonic()
        second = sidecar.start(destination, dry_run=True)
        body = {
            "destination_url": destination.url,
            "destination_token": destination.admin_token,
        }
        checked = sidecar.post("/check", body)
        seconds = time.monotonic() - began
        assert destination.admin_token not in _everything_in(redis)
        assert redis.keys(f"migration:*:run:{first.json()['id']}:token")
    finally:
        stack.worker.start()
    for busy in (second, checked):
        assert busy.status_code == 409
        assert busy.json()["errors"][0]["code"] == "DESTINATION_BUSY"
        assert busy.json()["errors"][0]["run"] == first.json()["id"]
    assert seconds < 1
    assert sidecar.wait_for_end(first.json()["id"])["status"] == "completed"
    assert sidecar.wait_for_end(sidecar.start(destination).json()["id"])["status"] == "completed"


def test_a_run_can_be_cancelled_before_it_writes(
    stack: Stack, sidecar: SidecarClient, destination: DirectusInstance, finished: Run
) -> None:
    before = dump(destination.database)
    stack.worker.process.stop()
    try:
        run_id = sidecar.start(destination, dry_run=False).json()["id"]
        assert sidecar.post(f"/runs/{run_id}/cancel").status_code == 202
    finally:
        stack.worker.start()
    run = sidecar.wait_for_end(run_id)
    assert run["status"] == "cancelled"
    assert dump(destination.database) == before


def test_a_destination_that_goes_away_fails_the_run_and_the_next_one_completes(
    stack: Stack, sidecar: SidecarClient, destination: DirectusInstance, finished: Run
) -> None:
    stack.worker.process.stop()
    try:
        run_id = sidecar.start(destination, dry_run=True).json()["id"]
    finally:
        destination.stop()
        stack.worker.start()
    run = sidecar.wait_for_end(run_id)
    destination.start()
    assert run["status"] == "refused"
    assert "does not answer" in run["message"]
    assert sidecar.wait_for_end(sidecar.start(destination).json()["id"])["status"] == "completed"


def test_a_run_does_what_a_dry_run_has_found(
    stack: Stack, sidecar: SidecarClient, destination: DirectusInstance, finished: Run
) -> None:
    assert_a_dry_run_is_carried_out(sidecar, stack.source, destination)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/check"),
        ("POST", "/runs"),
        ("GET", "/runs"),
        ("GET", f"/runs/{SOMETHING}"),
        ("GET", "/openapi.json"),
        ("GET", "/nowhere"),
    ],
)
def test_nothing_but_health_answers_without_the_secret(
    stack: Stack, method: str, path: str
) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong", "X-Migration-User": SOMETHING}):
        answer = requests.request(
            method, stack.web.url + path, json={}, headers=headers, timeout=30
        )
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["code"] == "UNAUTHORIZED"


def test_a_user_id_is_needed_with_the_secret(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {stack.secret}", "X-Migration-User": "somebody"}
    answer = requests.get(f"{stack.web.url}/runs", headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "USER_MISSING")


def test_health_tells_what_is_missing(stack: Stack) -> None:
    def ask() -> Any:
        return requests.get(f"{stack.web.url}/health", timeout=30).json()

    assert ask()["status"] == "ok"
    stack.worker.process.stop()
    try:
        # An answer counts for a few seconds.
        wait_until(lambda: ask()["worker"]["code"])
        worker = ask()["worker"]
    finally:
        stack.worker.start()
    assert worker == {"ok": False, "code": NO_WORKER, "message": START_WORKER}


def test_input_of_the_wrong_kind_names_its_field(sidecar: SidecarClient) -> None:
    body = {
        "destination_url": f"http://{LOOPBACK}:{free_port()}",
        "destination_token": "t",
        "batch_size": "many",
    }
    answer = sidecar.post("/runs", body)
    assert answer.status_code == 422
    assert [(e["code"], e["field"]) for e in answer.json()["errors"]] == [
        ("INVALID_INPUT", "batch_size")
    ]


def test_an_unknown_run_is_not_found(sidecar: SidecarClient) -> None:
    answer = sidecar.get(f"/runs/{SOMETHING}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "RUN_NOT_FOUND")


def _everything_in(redis: Any) -> str:
    """All keys and values, as one text."""
    readers = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"set": redis.smembers,
        b"stream": redis.xrange,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"zset": lambda key: redis.zrange(key, 0, -1),
    }
    return repr([(key, readers[redis.type(key)](key)) for key in redis.keys("*")])
