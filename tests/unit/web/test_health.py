"""GET /health says what is missing for a migration."""

import time
from threading import Event
from typing import Any, Self

import pytest

from sidecar.errors import Unreachable
from sidecar.jobs.queue import count_workers
from sidecar.web import health as view
from sidecar.web import source_probe
from tests.unit.web.client import Client

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
def _healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The source answers, and a worker is alive."""
    set_source(monkeypatch, "pong")
    monkeypatch.setattr(view, "count_workers", lambda _: 1)


def set_source(monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    monkeypatch.setattr(view, "Directus", lambda *_, **__: FakePing(text))


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
    client: Client, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    set_source(monkeypatch, text)
    assert "DIRECTUS_URL" in part(client, "source")


def test_a_source_that_answers_slowly_does_not_hold_health(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, probes = Event(), []

    class SlowPing(FakePing):
        def read_text(self, path: str) -> str:
            probes.append(path)
            late.wait(10)
            return super().read_text(path)

    monkeypatch.setattr(source_probe, "KNOWN_SECONDS", 0)
    monkeypatch.setattr(view, "Directus", lambda *_, **__: SlowPing("pong"))
    began = time.monotonic()
    messages = {part(client, "source") for _ in range(3)}
    assert time.monotonic() - began < 3
    assert (messages, len(probes)) == ({source_probe.SLOW}, 1)
    late.set()


def test_a_missing_worker_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "count_workers", lambda _: 0)
    assert "sidecar worker" in part(client, "worker")


def test_a_missing_redis_is_named_and_says_nothing_of_workers(
    client_without_redis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "count_workers", count_workers)
    assert "REDIS_URL" in part(client_without_redis, "redis")
    assert "Redis" in part(client_without_redis, "worker")
