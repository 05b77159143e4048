"""GET /health says what is missing for a migration."""

import threading
import time
from dataclasses import replace
from typing import Any, Self

import pytest
from flask import Flask

from sidecar.errors import Unreachable
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import count_workers
from sidecar.web import health_monitor
from sidecar.web.health_monitor import HealthMonitor
from tests.unit.web.client import SOURCE_URL, Client

GOOD = {"ok": True, "message": None}


class FakePing:
    """A Directus that answers a ping with ``text``, or not at all."""

    def __init__(self, text: str | None) -> None:
        self._text = text

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def read_text(self, path: str) -> str:
        if self._text is None:
            raise Unreachable("No answer")
        return self._text


@pytest.fixture(autouse=True)
def _healthy(app: Flask, space: Keyspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The source answers, and a worker is alive. Nothing is known from an earlier test."""
    set_source(monkeypatch, "pong")
    monkeypatch.setattr(health_monitor, "count_workers", lambda _: 1)
    watch_anew(app, space, monkeypatch)


def watch_anew(app: Flask, space: Keyspace, monkeypatch: pytest.MonkeyPatch) -> None:
    services = app.extensions["sidecar"]
    monitor = HealthMonitor(space, SOURCE_URL)
    monkeypatch.setitem(app.extensions, "sidecar", replace(services, health=monitor))


def set_source(monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    monkeypatch.setattr(health_monitor, "Directus", lambda *_, **__: FakePing(text))


def part(client: Client, name: str) -> Any:
    """A part of an answer that says that something is missing."""
    answer = client.send("GET", "/health", headers={})
    assert (answer.status, answer.document["status"]) == (503, "degraded")
    assert answer.document[name]["ok"] is False
    return answer.document[name]["message"]


def test_everything_is_well(client: Client) -> None:
    answer = client.send("GET", "/health", headers={})
    assert answer.status == 200
    assert answer.document == {"status": "ok", "redis": GOOD, "source": GOOD, "worker": GOOD}


@pytest.mark.parametrize("text", [None, "a website"])
def test_a_source_that_is_missing_or_no_directus_is_named(
    app: Flask,
    space: Keyspace,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    text: str | None,
) -> None:
    set_source(monkeypatch, text)
    watch_anew(app, space, monkeypatch)
    assert "DIRECTUS_URL" in part(client, "source")


def test_a_missing_worker_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_monitor, "count_workers", lambda _: 0)
    assert "sidecar worker" in part(client, "worker")


def test_a_missing_redis_is_named_and_says_nothing_of_workers(
    client_without_redis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_monitor, "count_workers", count_workers)
    assert "REDIS_URL" in part(client_without_redis, "redis")
    assert "Redis" in part(client_without_redis, "worker")


def test_an_answer_is_used_for_a_few_seconds(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []

    def count(_: Keyspace) -> int:
        counts.append(1)
        return 1

    monkeypatch.setattr(health_monitor, "count_workers", count)
    for _ in range(20):
        assert client.send("GET", "/health", headers={}).status == 200
    assert len(counts) == 1


def test_a_part_that_hangs_is_said_soon_and_asked_by_one_thread(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    goes_on = threading.Event()

    def hang(_: Keyspace) -> int:
        asked.append(1)
        goes_on.wait()
        return 1

    monkeypatch.setattr(health_monitor, "count_workers", hang)
    began = time.monotonic()
    try:
        assert "Redis does not answer" in part(client, "worker")
        assert time.monotonic() - began < 1
        part(client, "worker")
        assert len(asked) == 1
    finally:
        goes_on.set()


def test_what_endangers_runs_is_said_though_redis_answers(client: Client, space: Keyspace) -> None:
    space.redis.config_set("maxmemory", "1gb")
    space.redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        answer = client.send("GET", "/health", headers={})
        assert answer.status == 200
        assert "allkeys-lru" in answer.document["redis"]["message"]
    finally:
        space.redis.config_set("maxmemory-policy", "noeviction")
        space.redis.config_set("maxmemory", "0")
