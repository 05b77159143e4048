"""Tokens and the shared secret are found nowhere but where they belong, after everything was done,
well and badly."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from tests.integration.everything import Everything, RowLedger, plant
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.leaks import everything_in, files_below, leaks, numbered, rows_of
from tests.stack.proxy import Proxy
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.sidecar_processes import SidecarWeb
from tests.stack.stack import Stack


@pytest.fixture(scope="module")
def vault(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    """A destination that nobody has been to."""
    with DirectusInstance(
        "vault", version, database, workdir=tmp_path_factory.mktemp("vault")
    ) as instance:
        yield instance


@pytest.fixture(scope="module")
def planted(stack: Stack, vault: DirectusInstance) -> dict[str, str]:
    return plant(stack, vault)


@pytest.fixture(scope="module")
def places(
    stack: Stack,
    vault: DirectusInstance,
    planted: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, dict[str, str]]:
    """All that anybody could read once everything was done, by kind and place."""
    seen, user = RowLedger(), admin_id(stack.source)
    logs = tmp_path_factory.mktemp("logs")
    with Proxy(vault.url, seen.rewrite) as proxy:
        defaults = {
            "MIGRATION_BUNDLE_DEFAULT_URL": proxy.url,
            "MIGRATION_BUNDLE_DEFAULT_TOKEN": planted["default"],
        }
        web = SidecarWeb(replace(stack.sidecar, environment=defaults), logs)
        web.start()
        try:
            do = Everything(
                stack,
                proxy.url,
                planted,
                seen,
                SidecarClient(stack, user),
                SidecarClient(stack, user, web.url),
            )
            do.check()
            do.misplace()
            do.save_and_use_a_preset()
            do.fail_with_an_echo()
            do.kill_the_work_horse()
            do.lose_the_token_of_a_run()
            do.complete()
            do.go_through_the_relay()
            do.use_the_command_line(tmp_path_factory.mktemp("tokens"))
        finally:
            web.process.stop()
    assert len(seen.runs) == 5
    redis: Any = Redis.from_url(stack.redis.url)
    return {
        "logs": {**files_below(stack.logs, logs), "vault": vault.log.read_text()},
        "Redis": {**seen.redis, **everything_in(redis)},
        "Redis on disk": files_below(stack.workdir / "redis"),
        "source": rows_of(stack.source.database),
        "destination": rows_of(vault.database),
        "answers": numbered("answer", seen.answers),
        "addresses": numbered("address", seen.urls),
        "process list": numbered("process", seen.commands),
        "command line": numbered("output", seen.outputs),
    }


KINDS = (
    "logs",
    "Redis",
    "Redis on disk",
    "source",
    "destination",
    "answers",
    "addresses",
    "process list",
    "command line",
)


@pytest.mark.parametrize("kind", KINDS)
def test_no_token_and_no_secret_is_found(
    places: dict[str, dict[str, str]], planted: dict[str, str], kind: str
) -> None:
    assert set(places) == set(KINDS)
    assert leaks(places[kind], planted) == []


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("logs", "TOKEN_GONE"),
        ("Redis", ":run:"),
        ("Redis on disk", ":run:"),
        ("source", "Migration to "),
        ("destination", "preset@example.com"),
        ("answers", "TOKEN_REFUSED"),
        ("answers", "TOKEN_BELONGS_ELSEWHERE"),
        ("answers", "TOKEN_GONE"),
        ("answers", "[token] is no good"),
        ("addresses", "POST /items/"),
        ("process list", "sidecar.cli worker"),
        ("process list", "--token-file"),
        ("command line", "TOKEN_REFUSED"),
    ],
)
def test_what_was_searched_holds_what_was_done(
    places: dict[str, dict[str, str]], kind: str, mark: str
) -> None:
    assert any(mark in text for text in places[kind].values())


def test_the_search_finds_a_token_where_directus_itself_keeps_it(
    vault: DirectusInstance, planted: dict[str, str]
) -> None:
    users = {"users": repr(dump(vault.database)["directus_users"])}
    names = [found.partition(" ")[0] for found in leaks(users, planted)]
    assert sorted(names) == ["default", "destination", "preset"]
