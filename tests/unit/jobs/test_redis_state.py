"""What is wrong with Redis is said in words, at once where waiting is of no use."""

from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import (
    AuthenticationError,
    ConnectionError,
    OutOfMemoryError,
    RedisError,
    ResponseError,
    TimeoutError,
)
from rq import Worker

from sidecar.config import Settings, SourceSettings
from sidecar.errors import InvalidRequest
from sidecar.jobs.redis_retry import PatientRetry, when_writable
from sidecar.jobs.redis_state import reason_of, refuses_writes, warnings_of
from sidecar.jobs.worker import work
from tests.stack.redis_server import RedisServer
from tests.unit.jobs.samples import NO_STORE, SECRET


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (AuthenticationError("invalid username-password pair"), "password"),
        (ResponseError("NOAUTH Authentication required"), "password"),
        (ResponseError("MISCONF Redis is configured to save"), "cannot save"),
        (OutOfMemoryError("command not allowed"), "full"),
        (ConnectionError("[SSL: WRONG_VERSION_NUMBER] wrong version"), "TLS"),
        (ConnectionError("Error -2 connecting to x:1. Name or service not known."), "not known"),
        (ConnectionError("Error 111 connecting to x:1. Connection refused."), "does not answer"),
        (ResponseError("MOVED 3999 x:1"), "(MOVED)"),
        (ResponseError("x:1 is not a code"), "refuses a command;"),
        (TimeoutError("Timeout reading from socket"), "in time"),
    ],
)
def test_the_reason_is_named_without_an_address(error: RedisError, reason: str) -> None:
    assert reason in reason_of(error)
    assert "x:1" not in reason_of(error)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OutOfMemoryError("command not allowed"), True),
        (ResponseError("MISCONF Redis is configured to save"), True),
        (ResponseError("Command # 1 (HSET a b) of pipeline caused error: MISCONF Redis is"), True),
        (ResponseError("EXECABORT Transaction discarded because of: OOM command not"), True),
        (ResponseError("WRONGTYPE Operation against a key"), False),
        (ConnectionError("MISCONF is not what an answer says"), False),
    ],
)
def test_only_a_redis_that_is_full_or_cannot_save_refuses_writes(
    error: RedisError, expected: bool
) -> None:
    assert refuses_writes(error) == expected


def test_another_refusal_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def write() -> None:
        raise ResponseError("WRONGTYPE Operation against a key")

    monkeypatch.setattr("redis.retry.sleep", lambda _: pytest.fail("it waits"))
    with pytest.raises(ResponseError):
        when_writable(write)


@pytest.fixture
def locked(empty_redis: Any) -> Iterator[None]:
    """Redis has a password. Connections that exist keep working."""
    empty_redis.config_set("requirepass", "right")
    yield
    empty_redis.config_set("requirepass", "")


@pytest.mark.usefixtures("locked")
def test_a_worker_with_a_wrong_password_or_no_redis_ends_at_once_with_the_reason(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worker, "work", lambda *_, **__: pytest.fail("it began"))
    for url, reason in (
        (server.url, "password"),
        (server.url.replace("//", "//:wrong@"), "password"),
        ("redis://127.0.0.1:1", "does not answer"),
    ):
        settings = Settings(SourceSettings("http://source", "t"), url, SECRET, NO_STORE)
        with pytest.raises(InvalidRequest, match=reason) as caught:
            work(settings)
        assert caught.value.code == "REDIS_UNREACHABLE"


def test_what_endangers_runs_is_named(empty_redis: Any) -> None:
    redis: Redis = empty_redis
    assert warnings_of(redis) == []
    changes = {"appendonly": "no", "maxmemory": "1gb", "maxmemory-policy": "volatile-ttl"}
    before = {name: empty_redis.config_get(name)[name] for name in changes}
    try:
        for name, value in changes.items():
            redis.config_set(name, value)
        evicts, forgets = warnings_of(redis)
    finally:
        for name, value in before.items():
            redis.config_set(name, value)
    assert "volatile-ttl" in evicts
    assert "appendonly" in forgets


def test_a_wait_for_redis_is_logged_and_a_wrong_password_is_not_waited_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def calls_until_given_up(error: Exception) -> int:
        calls: list[int] = []

        def do() -> None:
            calls.append(1)
            raise error

        with pytest.raises(type(error)):
            PatientRetry(ConstantBackoff(0), 3).call_with_retry(do, lambda _: None)
        return len(calls)

    assert calls_until_given_up(ConnectionError("Connection refused")) == 4
    assert caplog.text.count("Wait for Redis") == 4
    assert calls_until_given_up(AuthenticationError("wrong")) == 1
