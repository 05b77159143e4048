"""The Flask application with a real Redis and a fake source."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from sidecar.app import create_app
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import RunStore
from sidecar.web import services
from sidecar.web.health_monitor import HealthMonitor
from sidecar.web.rate_limit import RateLimit
from sidecar.web.services import Services
from tests.stack.redis_server import RedisServer
from tests.unit.web.client import SETTINGS, SOURCE_URL, Client, FakeSource


@pytest.fixture(scope="session")
def app(server: RedisServer) -> Iterator[Flask]:
    """One application for all tests: to make one takes longer than most tests."""
    with Redis.from_url(server.url) as connection:
        yield create_app(SETTINGS, Keyspace.of(connection, SOURCE_URL))


@pytest.fixture
def space(empty_redis: Any) -> Keyspace:
    """The records of the application, empty."""
    return Keyspace.of(empty_redis, SOURCE_URL)


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> FakeSource:
    """The source of all views."""
    fake = FakeSource()
    monkeypatch.setattr(services, "Directus", lambda *_, **__: fake)
    return fake


@pytest.fixture
def client(app: Flask, space: Keyspace, source: FakeSource) -> Client:
    return Client(app)


@pytest.fixture
def client_without_redis(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client of the application while Redis does not answer."""
    space = Keyspace.of(Redis(port=1, retry=Retry(NoBackoff(), 0)), SOURCE_URL)
    unreachable = Services(
        SETTINGS, space, RunStore(space), RateLimit(space), HealthMonitor(space, SOURCE_URL)
    )
    monkeypatch.setitem(app.extensions, "sidecar", unreachable)
    return Client(app)
