"""What a run was asked for is kept in Redis, and read back by whichever version of the sidecar
comes next."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import RunOrder, RunStore, now
from sidecar.migration.request import MigrationRequest
from tests.stack.redis_server import RedisServer

RUN_ID = "6f1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10"


@pytest.fixture
def space(tmp_path: Path) -> Iterator[Keyspace]:
    with RedisServer(tmp_path, tmp_path) as server, Redis.from_url(server.url) as connection:
        yield Keyspace.of(connection, "http://here")


def test_an_order_is_read_back_as_it_was_given(space: Keyspace) -> None:
    order = RunOrder(
        RUN_ID,
        "me",
        "http://there",
        "http://here",
        MigrationRequest(("users",), dry_run=False, invite=True),
        now(),
        "Me",
        "preset:7",
    )
    store = RunStore(space)
    store.create(order)
    assert store.order(order.id) == order
    assert store.summary(order.id)["invite"] is True


def test_an_order_from_before_invitations_and_presets_is_read_with_what_was_meant_then(
    space: Keyspace,
) -> None:
    order = RunOrder(RUN_ID, "me", "http://there", "http://here", MigrationRequest(), now())
    store = RunStore(space)
    store.create(order)
    stored = json.loads(space.redis.hget(space.run(order.id), "order") or "")
    del (
        stored["request"]["invite"],
        stored["request"]["references"],
        stored["user_name"],
        stored["token_from"],
    )
    space.redis.hset(space.run(order.id), "order", json.dumps(stored))
    # References were left empty without a word.
    assert store.order(order.id) == replace(order, request=MigrationRequest(references="empty"))
    assert store.summary(order.id)["invite"] is False
