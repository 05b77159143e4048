"""A real Redis, for unit tests of what the sidecar stores there."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from sidecar import masking
from tests.stack.redis_server import RedisServer


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with nothing to hide."""
    monkeypatch.setattr(masking, "_secrets", OrderedDict())
    monkeypatch.setattr(masking, "_own", set())
    monkeypatch.setattr(masking, "_forms", ())


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    folder: Path = tmp_path_factory.mktemp("redis")
    with RedisServer(folder / "data", folder) as started:
        yield started


@contextmanager
def without_redis(server: RedisServer) -> Iterator[None]:
    """A block during which Redis does not answer. It keeps its data."""
    server.kill()
    try:
        yield
    finally:
        server.start()


@pytest.fixture
def empty_redis(server: RedisServer) -> Iterator[Any]:
    with Redis.from_url(server.url) as connection:
        connection.flushall()
        yield connection
