"""A real Redis for the unit tests that are about what lies in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.stack.redis_server import RedisServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    folder: Path = tmp_path_factory.mktemp("redis")
    with RedisServer(folder / "data", folder) as started:
        yield started


@pytest.fixture
def empty_redis(server: RedisServer) -> Iterator[Any]:
    with Redis.from_url(server.url) as connection:
        connection.flushall()
        yield connection
