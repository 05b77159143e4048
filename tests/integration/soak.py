"""Asks a sidecar for the same again and again, and compares what its processes hold before and
after."""

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import requests
from redis import Redis

from tests.stack.conditions import wait_until
from tests.stack.descriptors import Held, held_by
from tests.stack.processes import Process, children
from tests.stack.sidecar_client import SidecarClient
from tests.stack.stack import Stack

# `make soak` asks for more.
HEALTH_CALLS, CHECKS, RUNS = (
    int(os.environ.get(name, default))
    for name, default in (("SOAK_HEALTH_CALLS", 500), ("SOAK_CHECKS", 50), ("SOAK_RUNS", 4))
)
CHECKS_OF_ONE_PERSON = RUNS_AT_A_TIME = 25
# Python's memory for the threads of the server and their answers grows during the first ones.
FIRST_CHECKS = max(8, CHECKS // 2)
# What a pool of connections to Redis and the threads of the server may hold by chance.
SLACK, SLACK_MEGABYTES = 12, 15


def ask_health(site: Stack, times: int) -> None:
    with ThreadPoolExecutor(4) as pool, requests.Session() as session:
        answers = list(
            pool.map(
                lambda _: session.get(f"{site.web.url}/health", timeout=60).status_code,
                range(times),
            )
        )
    assert answers == [200] * times


def check(site: Stack, times: int) -> None:
    """As several people, as one of them may not check that often."""
    people = [
        SidecarClient(site, str(uuid.uuid4())) for _ in range(-(-times // CHECKS_OF_ONE_PERSON))
    ]
    body = {
        "destination_url": site.destination.url,
        "destination_token": site.destination.admin_token,
    }
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda number: people[number % len(people)].post("/check", body).status_code,
                range(times),
            )
        )
    assert answers == [200] * times


def run(site: Stack, client: SidecarClient, times: int) -> None:
    """Dry runs and real ones in turn, each to its end, until its work horse is gone."""
    for number in range(times):
        if number % RUNS_AT_A_TIME == 0:
            _forget_how_often(site)
        started = client.start(site.destination, dry_run=number % 2 == 0)
        assert started.status_code == 202, started.text
        assert client.wait_for_end(started.json()["id"])["status"] == "completed"
        wait_until(lambda: children(site.worker.process.pid) == [])


def assert_flat(what: str, before: Held, process: Process) -> None:
    """What ``process`` holds after ``what`` is what it held ``before``."""
    # The server lets its clients close their connections first.
    wait_until(lambda: held_by(process).descriptors - before.descriptors <= SLACK)
    after = held_by(process)
    print(f"\n{process.name} after {what}: {_text(after)} (before: {_text(before)})")
    assert after.threads - before.threads <= SLACK
    assert after.megabytes - before.megabytes <= SLACK_MEGABYTES


def _text(held: Held) -> str:
    return (
        f"{held.descriptors} descriptors, {held.threads} threads, {held.megabytes:.1f} MB of memory"
    )


def _forget_how_often(site: Stack) -> None:
    """One person may not start that many runs."""
    with Redis.from_url(site.redis.url) as redis:
        for key in cast(list[bytes], redis.keys("migration:*limit*")):
            redis.delete(key)
