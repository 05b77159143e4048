"""Workers that die or are told to stop in the middle of a run: noticed, told, resumed, or put back
in the queue."""

import os
import signal
import time
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from redis import Redis

from sidecar.jobs.progress import FORGOTTEN
from sidecar.migration.schema.loading_mode import NOTE
from sidecar.resources.system import LEASE
from tests.integration.command import Finished, migrate
from tests.resilience.arrival import faults
from tests.resilience.lab import Lab
from tests.resilience.tripwire import Condition, Passage, after, writing_rows
from tests.stack.conditions import wait_until
from tests.stack.dump import dump
from tests.stack.sidecar_processes import SidecarWeb

MINUTE = 60.0


@pytest.fixture(scope="module")
def redis(lab: Lab) -> Any:
    return Redis.from_url(lab.stack.redis.url)


@pytest.fixture(scope="module")
def run_id(lab: Lab) -> str:
    """A run whose worker is killed, all of it, in the middle of apply."""
    lab.renew_destination()
    lab.tripwire.arm(posts_are_written(), partial(lab.kill, "worker"))
    run_id = lab.start()
    assert lab.tripwire.sprung.wait(MINUTE)
    return run_id


def posts_are_written() -> Condition:
    def condition(passage: Passage) -> bool:
        return (passage.method, passage.path, passage.answered) == ("POST", "/items/posts", True)

    return condition


def test_a_dead_worker_is_noticed_within_a_minute_by_the_web_process_alone(
    lab: Lab, redis: Any, run_id: str
) -> None:
    began = time.monotonic()
    run = lab.client.wait_for_end(run_id)
    assert time.monotonic() - began < MINUTE
    assert run["status"] == "interrupted"
    assert "Resume" in run["message"]
    assert [problem["code"] for problem in run["problems"]] == ["WORKER_DIED"]
    assert [stage["status"] for stage in run["stages"]] == ["done", "done", "failed", "pending"]
    assert redis.keys("migration:destination:*") == []
    wait_until(lambda: lab.subjects(run_id) == ["Migration interrupted"])


def test_its_token_is_kept_and_encrypted(lab: Lab, redis: Any, run_id: str) -> None:
    (key,) = redis.keys(f"migration:*:run:{run_id}:token")
    kept = redis.get(key)
    assert kept
    assert lab.destination.admin_token.encode() not in kept
    assert 0 < redis.ttl(key) <= 7 * 24 * 3600


def test_health_says_that_no_worker_is_there(lab: Lab, run_id: str) -> None:
    """Although it could not say goodbye."""
    wait_until(lambda: not lab.client.get("/health").json()["worker"]["ok"])


def test_resumed_it_waits_for_a_worker_and_is_cancelled_at_once_while_nobody_works(
    lab: Lab, redis: Any
) -> None:
    run_id = lab.start(dry_run=True)
    assert lab.client.post(f"/runs/{run_id}/cancel").status_code == 202
    run = lab.run(run_id)
    assert (run["status"], run["message"]) == ("cancelled", "The run was cancelled before it began")
    assert (
        redis.keys("migration:destination:*") == redis.keys(f"migration:*:run:{run_id}:token") == []
    )
    wait_until(lambda: lab.subjects(run_id) == ["Migration dry run cancelled"])


def test_only_what_was_interrupted_can_be_resumed(lab: Lab, run_id: str) -> None:
    lab.resume(run_id)
    answer = lab.client.post(f"/runs/{run_id}/resume")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "NOT_INTERRUPTED")


def test_a_worker_that_is_told_to_stop_puts_its_run_back_in_order(
    lab: Lab, redis: Any, run_id: str
) -> None:
    """The run that was resumed begins, stops at its next batch, and the destination is in final
    form."""
    worker = lab.worker.process
    lab.tripwire.arm(writing_rows, lambda: os.kill(worker.pid, signal.SIGTERM))
    lab.worker.start()
    assert lab.tripwire.sprung.wait(MINUTE)
    wait_until(lambda: not worker.running)
    run = lab.run(run_id)
    assert (run["status"], run["attempt"], run["ended_at"]) == ("queued", 3, None)
    assert run["message"] == "The worker was stopped; the run goes on with the next worker"
    assert [row["note"] for row in dump(lab.destination.database)["directus_collections"]] == [
        row["note"] for row in dump(lab.source.database)["directus_collections"]
    ]
    assert redis.keys("migration:destination:*") != []
    assert lab.subjects(run_id) == ["Migration interrupted"]


def test_the_next_worker_completes_it(lab: Lab, run_id: str) -> None:
    lab.worker.process.stop()
    lab.worker.start()
    run = lab.client.wait_for_end(run_id)
    assert (run["status"], run["attempt"]) == ("completed", 3), run["problems"]
    assert faults(lab) == []


def test_a_redis_that_is_away_for_a_while_holds_nothing_up_and_loses_no_line(lab: Lab) -> None:
    """The run goes on while Redis is away; its log and its end are on record all the same."""
    lab.renew_destination()
    run_id = lab.start()
    lab.tripwire.arm(after(150), partial(lab.kill, "redis"))
    assert lab.tripwire.sprung.wait(MINUTE)
    lab.tripwire.arm(after(300), partial(lab.restart, "redis"))
    assert lab.tripwire.sprung.wait(MINUTE), "nothing went on"
    wait_until(lambda: lab.client.get(f"/runs/{run_id}").ok)
    run = lab.client.wait_for_end(run_id)
    assert (run["status"], run["attempt"]) == ("completed", 1), run["problems"]
    stages = {line["stage"] for line in run["log"]["lines"]}
    assert stages >= {"extract", "plan", "apply", "verify", "notify"}
    assert faults(lab) == []


def test_a_run_whose_record_redis_lost_restores_the_destination_and_ends_as_cancelled(
    lab: Lab, redis: Any
) -> None:
    lab.renew_destination()

    def forget() -> None:
        redis.flushall()
        wait_until(lambda: "Redis lost its" in lab.worker.process.log.read_text())

    lab.tripwire.arm(posts_are_written(), forget)
    run_id = lab.start()
    assert lab.tripwire.sprung.wait(MINUTE)
    wait_until(lambda: lab.client.get(f"/runs/{run_id}").ok)
    run = lab.run(run_id)
    assert (run["status"], run["message"]) == ("cancelled", FORGOTTEN)
    tables = dump(lab.destination.database)
    assert not [row for row in tables["directus_collections"] if row["note"] == NOTE]
    assert not [row for row in tables["directus_presets"] if row["collection"] == LEASE]
    wait_until(lambda: lab.subjects(run_id) == ["Migration cancelled"])


def test_the_worker_is_known_again_and_the_next_run_completes(lab: Lab) -> None:
    wait_until(lambda: lab.client.get("/health").json()["worker"]["ok"])
    run = lab.client.wait_for_end(lab.start())
    assert run["status"] == "completed", run["problems"]
    assert faults(lab) == []


def test_the_command_line_is_refused_while_a_run_of_the_page_writes(lab: Lab) -> None:
    lab.renew_destination()
    refused: list[Finished] = []
    lab.tripwire.arm(
        posts_are_written(), lambda: refused.append(migrate(lab.source, lab.destination))
    )
    run_id = lab.start()
    assert lab.tripwire.sprung.wait(MINUTE)
    (command,) = refused
    (problem,) = command.document["problems"]
    assert (command.status, problem["code"]) == (2, "DESTINATION_BUSY")
    assert run_id in problem["message"]
    run = lab.client.wait_for_end(run_id)
    assert run["status"] == "completed", run["problems"]
    assert faults(lab) == []


def test_a_work_horse_whose_worker_is_killed_alone_ends_too(lab: Lab, redis: Any) -> None:
    """Otherwise it would go on beside whoever resumes the run."""
    lab.renew_destination()
    horses: list[int] = []

    def kill() -> None:
        horses.extend(lab.horses())
        os.kill(lab.worker.process.pid, signal.SIGKILL)

    lab.tripwire.arm(posts_are_written(), kill)
    run_id = lab.start()
    assert lab.tripwire.sprung.wait(MINUTE)
    wait_until(lambda: not any(os.path.exists(f"/proc/{horse}") for horse in horses), 10)
    lab.worker.process.kill()
    lab.worker.start()
    assert lab.client.wait_for_end(run_id)["status"] == "interrupted"
    assert lab.client.post(f"/runs/{run_id}/cancel").status_code == 202
    assert lab.run(run_id)["status"] == "cancelled"
    assert redis.keys(f"migration:*:run:{run_id}:token") == []


def test_with_auto_resume_a_run_goes_on_without_anybody(lab: Lab) -> None:
    lab.web.process.stop()
    settings = replace(lab.settings, environment={"MIGRATION_AUTO_RESUME": "true"})
    web = SidecarWeb(settings, lab.stack.logs, lab.web.port)
    web.start()
    try:
        run_id = lab.start(dry_run=True)
        lab.tripwire.arm(after(100), partial(lab.kill, "worker"))
        assert lab.client.wait_until(run_id, lambda run: run["attempt"] == 2)["status"] == "queued"
        assert lab.subjects(run_id) == ["Migration dry run interrupted"]
        lab.worker.start()
        run = lab.client.wait_for_end(run_id)
        assert run["status"] == "completed", run["problems"]
    finally:
        web.process.stop()
        lab.web.start()


def test_a_web_process_that_is_killed_while_it_tells_somebody_does_it_again_soon(
    lab: Lab, redis: Any
) -> None:
    def condition(passage: Passage) -> bool:
        return (passage.method, passage.path, passage.answered) == ("POST", "/notifications", True)

    # A web process of an earlier test may have been stopped while it told somebody of another run.
    wait_until(lambda: redis.keys("migration:*:runs:untold") == [])
    run_id = lab.start(dry_run=True)
    lab.tripwire.arm(after(100), partial(lab.kill, "worker"))
    assert lab.tripwire.sprung.wait(MINUTE)
    lab.tripwire.arm(condition, partial(lab.kill, "web"))
    assert lab.tripwire.sprung.wait(MINUTE)
    lab.web.start()
    wait_until(lambda: lab.subjects(run_id) == ["Migration dry run interrupted"] * 2)
    lab.worker.start()


def test_a_web_process_that_is_told_to_stop_answers_first(lab: Lab) -> None:
    def condition(passage: Passage) -> bool:
        return (passage.side, passage.path) == ("destination", "/users/me")

    web = lab.web.process
    lab.tripwire.arm(condition, lambda: os.kill(web.pid, signal.SIGTERM))
    body = {
        "destination_url": lab.proxies["destination"].url,
        "destination_token": lab.destination.admin_token,
    }
    answer = lab.client.post("/check", body)
    assert lab.tripwire.sprung.is_set()
    assert (answer.status_code, answer.json()["compatible"]) == (200, True)
    wait_until(lambda: not web.running)
    web.stop()
    lab.web.start()
