"""Two sidecars, each with a source of its own, on one Redis and with one secret: neither touches
what is the other's. And a web process keeps no descriptors, however often it is asked."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from redis import Redis

from sidecar.directus.client import Directus
from sidecar.errors import InvalidRequest
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_order import RunOrder, utc_now
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.shard_store import ShardStore
from sidecar.jobs.shards import transfer
from sidecar.migration.files.shards import File, Shard
from sidecar.migration.request import MigrationRequest
from tests.integration import soak
from tests.stack.descriptors import held_by
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.proxy import Proxy
from tests.stack.seed.fields import counted_key
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.sidecar_processes import SidecarSettings, SidecarWeb, SidecarWorker
from tests.stack.stack import Stack

SHARD = Shard("shard", (File(str(uuid.uuid4()), "name", "text/plain", 1, False, {"title": None}),))


@dataclass(frozen=True)
class Sidecar:
    """The processes of one source, and who talks to them as its administrator."""

    settings: SidecarSettings
    web: SidecarWeb
    worker: SidecarWorker
    client: SidecarClient


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Stack]:
    """The first source with its sidecar, and the destination of both."""
    with Stack(tmp_path_factory.mktemp("sources"), version, database) as stack:
        fill(stack.source, "alpha", 3)
        yield stack


@pytest.fixture(scope="module")
def second(site: Stack, version: str, database: str) -> Iterator[DirectusInstance]:
    """The second source, whose administrator has the token of the first one's."""
    token = site.source.admin_token
    instance = DirectusInstance(
        "second", version, database, workdir=site.workdir, environment={"ADMIN_TOKEN": token}
    )
    instance.admin_token = token
    with instance:
        fill(instance, "beta", 4)
        yield instance


@pytest.fixture(scope="module")
def here(site: Stack) -> SidecarClient:
    return SidecarClient(site, admin_id(site.source))


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def other(site: Stack, second: DirectusInstance) -> Iterator[Sidecar]:
    """The sidecar of the second source; its worker is not started yet."""
    with ExitStack() as processes:
        yield sidecar_of(site, second, second.url, processes)


@pytest.fixture(scope="module")
def ordered(site: Stack, here: SidecarClient, other: Sidecar) -> str:
    """A run that was ordered at the second sidecar while only the worker of the first one is up,
    and works."""
    answer = other.client.start(site.destination, dry_run=False, options=["content"])
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def test_the_worker_of_another_source_leaves_a_run_alone(
    here: SidecarClient, other: Sidecar, second: DirectusInstance, ordered: str
) -> None:
    """It works off its own run, which was ordered later."""
    own = here.start(second, options=["content"])
    assert own.status_code == 202, own.text
    assert here.wait_for_end(own.json()["id"])["status"] == "completed"
    assert other.client.get(f"/runs/{ordered}").json()["status"] == "queued"


def test_a_destination_that_another_source_is_about_to_write_to_is_busy(
    site: Stack, here: SidecarClient, ordered: str
) -> None:
    answer = here.start(site.destination, options=["content"])
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["code"]) == (409, "DESTINATION_BUSY")
    assert f"another source to this destination is under way ({ordered})" in error["message"]


def test_health_looks_for_a_worker_of_its_own_source(
    here: SidecarClient, other: Sidecar, ordered: str
) -> None:
    assert here.get("/health").json()["worker"]["ok"]
    assert not other.client.get("/health").json()["worker"]["ok"]


def test_a_run_is_done_by_a_worker_of_its_source_and_moves_its_rows(
    site: Stack, other: Sidecar, second: DirectusInstance, ordered: str
) -> None:
    other.worker.start()
    run = other.client.wait_for_end(ordered)
    assert (run["status"], run["source"]["url"]) == ("completed", second.url), run["problems"]
    tables = dump(site.destination.database)
    assert [row["name"] for row in tables["beta"]] == ["beta 0", "beta 1", "beta 2", "beta 3"]
    assert "alpha" not in tables


def test_history_and_numbers_are_those_of_one_source(
    here: SidecarClient, other: Sidecar, ordered: str
) -> None:
    theirs, own = (
        {run["id"] for run in client.get("/runs").json()["runs"]} for client in (other.client, here)
    )
    assert (theirs, len(own), own & theirs) == ({ordered}, 1, set())
    for path in (f"/runs/{ordered}", f"/runs/{ordered}/checksums"):
        assert here.get(path).json()["errors"][0]["code"] == "RUN_NOT_FOUND"
    assert here.post(f"/runs/{ordered}/cancel").status_code == 404
    ended = [
        f'directus_migration_runs_total{{status="completed"}} {number}' for number in (1.0, 2.0)
    ]
    rows = [f"directus_migration_rows_total {number}" for number in (0.0, 4.0)]
    mine, others = (client.get("/metrics").text for client in (here, other.client))
    assert (ended[0] in mine, rows[0] in mine, ended[0] in others, rows[1] in others) == (True,) * 4


def test_a_run_whose_source_has_become_another_project_is_refused(
    site: Stack, second: DirectusInstance, ordered: str, processes: ExitStack
) -> None:
    """The address of the source leads to another instance when a worker takes the run up."""
    before = dump(site.destination.database)
    with Proxy(second.url) as proxy:
        moved = sidecar_of(site, second, proxy.url, processes)
        run_id = moved.client.start(site.destination, dry_run=False, options=["content"]).json()[
            "id"
        ]
        proxy.target = site.source.url
        moved.worker.start()
        run = moved.client.wait_for_end(run_id)
    assert (run["status"], [problem["code"] for problem in run["problems"]]) == (
        "refused",
        ["SOURCE_DIFFERS"],
    )
    assert "Another project answers at" in run["message"]
    assert dump(site.destination.database) == before


@pytest.mark.parametrize(
    ("meant", "said"),
    [
        ({"source_url": "http://elsewhere"}, "ordered for the source http://elsewhere"),
        ({"source_identity": "another project"}, "Another project answers"),
    ],
)
def test_a_helper_refuses_the_files_of_another_source(
    site: Stack, here: SidecarClient, monkeypatch: pytest.MonkeyPatch, meant: Any, said: str
) -> None:
    for name, value in site.sidecar.variables().items():
        monkeypatch.setenv(name, value)
    with Redis.from_url(site.redis.url) as redis:
        space = Keyspace.of(redis, site.source.url)
        run_id, store = str(uuid.uuid4()), RunStore(space)
        order = RunOrder(
            run_id,
            "me",
            site.destination.url,
            "",
            MigrationRequest(),
            utc_now(),
            source_url=site.source.url,
            source_identity="",
        )
        store.create(replace(order, **meant))
        ShardStore(space, [site.secret], run_id, 1).put(SHARD)
        with pytest.raises(InvalidRequest, match=said) as caught:
            transfer(run_id, 1, SHARD.id)
        store.discard(run_id)
    assert caught.value.code == "SOURCE_DIFFERS"


def test_a_web_process_and_a_worker_hold_no_more_with_time(
    site: Stack, here: SidecarClient
) -> None:
    web, worker = site.web.process, site.worker.process
    soak.ask_health(site, 50)
    soak.check(site, soak.FIRST_CHECKS)
    soak.run(site, here, 2)
    before, before_of_worker = held_by(web), held_by(worker)
    soak.ask_health(site, soak.HEALTH_CALLS)
    soak.assert_flat(f"{soak.HEALTH_CALLS} calls of /health", before, web)
    soak.check(site, soak.CHECKS)
    soak.assert_flat(f"{soak.CHECKS} checks", before, web)
    soak.run(site, here, soak.RUNS)
    for process, held in ((web, before), (worker, before_of_worker)):
        soak.assert_flat(f"{soak.RUNS} runs", held, process)


def fill(instance: DirectusInstance, collection: str, rows: int) -> None:
    """The client waits while the new instance says that it is under pressure."""
    fields = [counted_key(), {"field": "name", "type": "string", "schema": {}, "meta": {}}]
    body = {"collection": collection, "schema": {}, "meta": {}, "fields": fields}
    items = [{"name": f"{collection} {number}"} for number in range(rows)]
    client = Directus(instance.url, instance.admin_token)
    client.create("/collections", body, fields=["collection"])
    client.create(f"/items/{collection}", items, fields=["id"], repeatable=False)
    client.close()


def sidecar_of(site: Stack, source: DirectusInstance, url: str, processes: ExitStack) -> Sidecar:
    """A web process that is up, on the Redis of ``site``, and a worker, for the ``source`` at
    ``url``."""
    settings = SidecarSettings(url, source.admin_token, site.redis.url, site.secret)
    logs = site.logs / f"sidecar-{url.rpartition(':')[2]}"
    web = SidecarWeb(settings, logs)
    worker = SidecarWorker(settings, logs, web.url)
    for process in (web.process, worker.process):
        processes.callback(process.stop)
    web.start()
    return Sidecar(settings, web, worker, SidecarClient(site, admin_id(source), web.url))
