"""Extensions of the marketplace are installed by the destination's registry, and all are switched
as at the source.

The tests build on each other, in this order: one source, one destination, one registry that comes
and goes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.integration.command import Finished, migrate, sidecar
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.proxy import Proxy
from tests.stack.registry import Package, Registry
from tests.stack.seed.api import Api

CLOCK, NEW_CLOCK = Package("clock", "1.0.0"), Package("clock", "2.0.0")
QUIET = Package("quiet", "1.2.0")
RULER, NEW_RULER = (
    Package("ruler", "1.0.0", ("inch", "point")),
    Package("ruler", "1.1.0", ("inch", "metre")),
)
TOOLS = Package("tools", "0.3.0", ("hammer", "saw"))
LATE = Package("late", "1.0.0")
HERE_ONLY, THERE_ONLY = Package("here-only", "4.0.0", ("alone",)), Package("there-only", "1.0.0")
BOTH = Package("both", "1.0.0")
ALL = 11  # extensions of the source, with the entries of its three bundles
OWN = {"both": False, "ruler": True, "inch": True, "metre": True, "there-only": True}
STATES = {"clock": True, "quiet": False, "tools": True, "hammer": True, "saw": False}
BY_HAND = ("INSTALL_BY_HAND", "here-only")
UNREACHABLE = {(name, "REGISTRY_UNREACHABLE") for name in ("clock", "quiet", "tools")}


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    registry = Registry(CLOCK, NEW_CLOCK, QUIET, RULER, NEW_RULER, TOOLS, LATE)
    registry.start()
    yield registry
    registry.stop()


@pytest.fixture(scope="module")
def source(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str, registry: Registry
) -> Iterator[DirectusInstance]:
    folder = tmp_path_factory.mktemp("extensions-source")
    instance = instance_with(folder, "from", version, database, registry, HERE_ONLY, BOTH)
    with instance, Api(instance.url, instance.admin_token) as api:
        for package in (CLOCK, QUIET, RULER, TOOLS):
            install(api, package)
        for name in ("quiet", "saw", "both"):
            switch(api, name, False)
        yield instance


@pytest.fixture(scope="module")
def there(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str, registry: Registry
) -> Iterator[DirectusInstance]:
    folder = tmp_path_factory.mktemp("extensions-destination")
    instance = instance_with(folder, "to", version, database, registry, THERE_ONLY, BOTH)
    with instance, Api(instance.url, instance.admin_token) as api:
        install(api, NEW_RULER)
        yield instance


@pytest.fixture(scope="module")
def without_registry(
    source: DirectusInstance, there: DirectusInstance, registry: Registry
) -> tuple[Finished, ...]:
    """A dry run and a real one while the registry cannot be reached."""
    registry.stop()
    done = tuple(run(source, there, *arguments) for arguments in (["--dry-run"], []))
    registry.start()
    return done


@pytest.fixture(scope="module")
def first_run(
    source: DirectusInstance, there: DirectusInstance, without_registry: tuple[Finished, ...]
) -> Finished:
    return run(source, there)


def test_a_registry_that_cannot_be_reached_is_a_named_problem_and_not_a_failed_run(
    without_registry: tuple[Finished, ...],
) -> None:
    for done in without_registry:
        assert (done.status, done.document["status"]) == (1, "completed_with_problems"), done.stderr
        assert problems(done) == UNREACHABLE
        assert done.document["seconds"] < 60
        assert all(
            "MARKETPLACE_REGISTRY" in problem["message"] for problem in done.document["problems"]
        )
    dry, real = (done.resource("directus_extensions") for done in without_registry)
    assert (dry["source"], dry["create"], dry["conflicting"]) == (ALL, 1, 3)
    assert (real["created"], real["skipped"], real["failed"], real["verified"]) == (1, 3, 5, 1)


def test_the_state_follows_without_a_registry_too(
    there: DirectusInstance, without_registry: tuple[Finished, ...]
) -> None:
    assert states(there) == OWN


def test_a_dry_run_answers_with_exact_numbers_and_writes_nothing(
    source: DirectusInstance, there: DirectusInstance, without_registry: tuple[Finished, ...]
) -> None:
    before = dump(there.database)
    done, writes = watched_run(source, there, "--dry-run")
    assert done.status == 0, done.stderr
    row = done.resource("directus_extensions")
    assert (row["source"], row["create"], row["unchanged"], row["conflicting"]) == (ALL, 5, 1, 3)
    assert {("KEPT", "ruler"), BY_HAND} <= notes(done)
    assert writes == []
    assert dump(there.database) == before


def test_the_same_versions_arrive_and_run_and_the_state_follows(
    there: DirectusInstance, first_run: Finished
) -> None:
    assert first_run.status == 0, first_run.stdout
    row = first_run.resource("directus_extensions")
    assert (row["created"], row["skipped"], row["verified"], row["failed"], row["different"]) == (
        5,
        4,
        6,
        0,
        0,
    )
    assert states(there) == {**STATES, **OWN}
    answers = {name: requests.get(f"{there.url}/{name}", timeout=30) for name in (*STATES, "alone")}
    running = {name: answer.text for name, answer in answers.items() if answer.status_code == 200}
    assert running == {"clock": CLOCK.version, "hammer": TOOLS.version}


def test_what_does_not_arrive_is_named_with_its_version(first_run: Finished) -> None:
    assert {("KEPT", "ruler"), BY_HAND} <= notes(first_run)
    messages = {
        note["column"]: note["message"]
        for note in first_run.document["notes"]
        if note["resource"] == "directus_extensions"
    }
    assert HERE_ONLY.version in messages["here-only"]
    assert RULER.version in messages["ruler"]
    assert NEW_RULER.version in messages["ruler"]


def test_a_second_run_finds_nothing_to_do(
    source: DirectusInstance, there: DirectusInstance, first_run: Finished
) -> None:
    before = dump(there.database)
    done, writes = watched_run(source, there)
    assert done.status == 0, done.stdout
    row = done.resource("directus_extensions")
    assert (row["created"], row["skipped"], row["verified"]) == (0, 9, 6)
    assert writes == []
    assert dump(there.database) == before


def test_a_state_that_changes_later_follows(
    source: DirectusInstance, there: DirectusInstance, first_run: Finished
) -> None:
    with Api(source.url, source.admin_token) as api:
        for name, enabled in (("clock", False), ("saw", True), ("hammer", False)):
            switch(api, name, enabled)
    done = run(source, there)
    assert done.status == 0, done.stdout
    assert done.resource("directus_extensions")["created"] == 3
    assert (
        states(there).items()
        >= {"clock": False, "tools": True, "saw": True, "hammer": False}.items()
    )


def test_a_failed_download_is_named_and_made_up_for_by_the_next_run(
    source: DirectusInstance, there: DirectusInstance, registry: Registry, first_run: Finished
) -> None:
    with Api(source.url, source.admin_token) as api:
        install(api, LATE)
    registry.withheld.add(LATE)
    done = run(source, there)
    assert (done.status, problems(done)) == (1, {("late", "SERVICE_UNAVAILABLE")}), done.stdout
    registry.withheld.clear()
    done = run(source, there)
    assert (done.status, problems(done)) == (0, set()), done.stdout
    assert requests.get(f"{there.url}/late", timeout=30).text == LATE.version


def test_a_version_that_the_registry_has_withdrawn_is_a_named_problem(
    source: DirectusInstance, there: DirectusInstance, registry: Registry, first_run: Finished
) -> None:
    gone, replaced = Package("gone", "1.0.0"), Package("replaced", "1.0.0")
    registry.packages += [gone, replaced]
    with Api(source.url, source.admin_token) as api:
        for package in (gone, replaced):
            install(api, package)
    registry.packages[-2:] = [Package("replaced", "2.0.0")]
    done = run(source, there)
    assert (done.status, done.document["status"]) == (1, "completed_with_problems")
    assert problems(done) == {("gone", "NOT_IN_REGISTRY"), ("replaced", "NOT_IN_REGISTRY")}


def instance_with(
    folder: Path, name: str, version: str, database: str, registry: Registry, *local: Package
) -> DirectusInstance:
    environment = {"MARKETPLACE_REGISTRY": registry.url, "TEMP_PATH": str(folder / "temporary")}
    instance = DirectusInstance(name, version, database, workdir=folder, environment=environment)
    for package in local:
        package.write(instance.extensions)
    return instance


def install(api: Api, package: Package) -> None:
    api.post(
        "/extensions/registry/install", {"extension": package.id, "version": package.version_id}
    )


def switch(api: Api, name: str, enabled: bool) -> None:
    wanted = next(row["id"] for row in api.get("/extensions") if row["schema"]["name"] == name)
    api.patch(f"/extensions/{wanted}", {"meta": {"enabled": enabled}})


def states(instance: DirectusInstance) -> dict[str, bool]:
    """Which extensions and entries of bundles are enabled, by name."""
    with Api(instance.url, instance.admin_token) as api:
        return {row["schema"]["name"]: row["meta"]["enabled"] for row in api.get("/extensions")}


def run(source: DirectusInstance, there: DirectusInstance, *arguments: str) -> Finished:
    return migrate(source, there, "--options", "extensions", *arguments)


def watched_run(
    source: DirectusInstance, there: DirectusInstance, *arguments: str
) -> tuple[Finished, list[tuple[str, str]]]:
    """A run, and what it wrote to the destination."""
    with Proxy(there.url) as proxy:
        done = sidecar(
            source,
            "migrate",
            "--to",
            proxy.url,
            "--json",
            "--options",
            "extensions",
            *arguments,
            token=there.admin_token,
        )
    reads = {("POST", "/schema/diff")}
    return done, [
        request
        for request in proxy.requests
        if request[0] not in ("GET", "SEARCH") and request not in reads
    ]


def problems(done: Finished) -> set[tuple[Any, Any]]:
    return {(problem["key"], problem["code"]) for problem in done.document["problems"]}


def notes(done: Finished) -> set[tuple[str, str]]:
    return {
        (note["code"], note["column"])
        for note in done.document["notes"]
        if note["resource"] == "directus_extensions"
    }
