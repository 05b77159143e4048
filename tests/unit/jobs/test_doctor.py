"""``sidecar doctor`` names each part that a migration misses, and what to do."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sidecar.directus.client import Directus
from sidecar.directus.retry import ONCE
from sidecar.errors import InvalidRequest
from sidecar.jobs import doctor, readiness
from sidecar.jobs.doctor import _extension as extension_of
from sidecar.jobs.doctor import diagnose
from tests.stack.answering import Answering
from tests.stack.redis_server import RedisServer

ENVIRONMENT = {
    "DIRECTUS_URL": "http://source.example",
    "DIRECTUS_TOKEN": "token",
    "REDIS_URL": "redis://127.0.0.1:1",
    "MIGRATION_SIDECAR_SECRET": "0b7e6a52f1c84d93ae157f28c6409bd3",
}


@pytest.fixture(autouse=True)
def _well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is well, but for Redis."""
    monkeypatch.setattr(doctor, "check_access", lambda *_: {})
    monkeypatch.setattr(readiness, "count_workers", lambda _: 1)
    monkeypatch.setattr(doctor, "_extension", lambda _: (True, ""))


@pytest.fixture
def missing(server: RedisServer, empty_redis: Any) -> Callable[[], dict[str, str]]:
    """Finds what is not well, by its part, with a real Redis."""
    environment = {**ENVIRONMENT, "REDIS_URL": server.url}
    return lambda: {one.part: one.message for one in diagnose(environment) if not one.ok}


def test_nothing_is_missing(missing: Callable[[], dict[str, str]]) -> None:
    assert missing() == {}


def test_wrong_settings_are_all_that_is_said() -> None:
    (finding,) = diagnose({"DIRECTUS_URL": "x"})
    assert "REDIS_URL" in finding.message
    assert finding.code == "SETTINGS"


def test_a_missing_redis_is_named_and_the_rest_still_checked() -> None:
    findings = {one.part: one.ok for one in diagnose(ENVIRONMENT)}
    assert findings == {
        "Settings": True,
        "Redis": False,
        "Source": True,
        "Extension": True,
        "Temporary space": True,
        "Store": True,
    }


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (200, "", ""),
        (404, "ROUTE_NOT_FOUND", "install-extension"),
        (401, "UNAUTHORIZED", "MIGRATION_SIDECAR_SECRET"),
        (502, "SIDECAR_UNREACHABLE", "MIGRATION_SIDECAR_URL"),
    ],
)
def test_what_is_wrong_between_directus_and_the_sidecar_is_named(
    status: int, code: str, advice: str
) -> None:
    errors = {"errors": [{"message": "No", "code": code, "extensions": {"code": code}}]}
    body = b'{"runs": []}' if status == 200 else json.dumps(errors).encode()
    with (
        Answering((status, {"Content-Type": "application/json"}, body)) as relay,
        Directus(relay.url, "token", retry_policy=ONCE) as source,
    ):
        ok, message = extension_of(source)
    assert ok is (status == 200)
    assert advice in message
    assert relay.received[0] == ("GET", "/migration/runs?count=1")


def test_worker_source_and_space_are_named(
    missing: Callable[[], dict[str, str]], server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise InvalidRequest("The token is no administrator's", code="NO_ADMIN")

    monkeypatch.setattr(readiness, "count_workers", lambda _: 0)
    monkeypatch.setattr(doctor, "check_access", refuse)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000))
    found = missing()
    assert set(found) == {"Worker", "Source", "Extension", "Temporary space", "Store"}
    assert found["Worker"] == readiness.START_WORKER
    codes = {one.part: one.code for one in diagnose({**ENVIRONMENT, "REDIS_URL": server.url})}
    assert (codes["Worker"], codes["Source"]) == ("NO_WORKER", "NO_ADMIN")
    assert codes["Temporary space"] == "TEMPORARY_SPACE"


def test_a_store_that_cannot_be_written_to_is_named(server: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "store"):
        environment = {**ENVIRONMENT, "REDIS_URL": server.url, "MIGRATION_STORE": str(folder)}
        finding = next(one for one in diagnose(environment) if one.part == "Store")
        assert (finding.ok, finding.code) == (False, "STORE_UNAVAILABLE")
        assert f"{folder}; set MIGRATION_STORE" in finding.message
    (finding,) = [
        one
        for one in diagnose({**environment, "MIGRATION_STORE": str(tmp_path / "new" / "store")})
        if one.part == "Store"
    ]
    assert finding.ok
    assert not (tmp_path / "new").exists()


def test_what_endangers_runs_in_a_redis_that_answers_has_to_be_mended(
    missing: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "warnings_of", lambda _: ["It forgets"])
    assert missing() == {"Redis": "It forgets"}


def test_the_extension_is_not_asked_with_a_token_that_the_source_refuses(
    missing: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise InvalidRequest("The token is wrong", code="NOT_AUTHENTICATED")

    monkeypatch.setattr(doctor, "check_access", refuse)
    monkeypatch.setattr(doctor, "_extension", lambda _: pytest.fail("it was asked"))
    assert missing() == {"Source": "The token is wrong", "Extension": doctor.NOT_CHECKED}
