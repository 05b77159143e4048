"""Narrow limits of both sides, caches and a storage that takes nothing: handled, or named file by
file.

The tests build on each other, in this order: one source, one destination.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sidecar.migration.report.report import Report
from tests.integration.oracle import differences
from tests.resilience.runs import Pair, direct, run
from tests.resilience.site import COLLECTIONS, TABLES, make_site
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.fault_plan import Fault, FaultPlan
from tests.stack.fault_proxy import FaultProxy
from tests.stack.pair import started
from tests.stack.seed.api import Api

CACHE = {"CACHE_ENABLED": "true", "CACHE_STORE": "memory", "CACHE_TTL": "1h"}
NARROW_SOURCE = {**CACHE, "QUERY_LIMIT_MAX": "50"}
NARROW_DESTINATION = {
    **CACHE,
    "QUERY_LIMIT_MAX": "50",
    "MAX_PAYLOAD_SIZE": "100kb",
    "MAX_BATCH_MUTATION": "20",
    "FILES_MAX_UPLOAD_SIZE": "1mb",
    "FILES_MIME_TYPE_ALLOW_LIST": "application/x-test",
}
LONG, TOO_LONG = 60_000, 150_000
# The code of each file that a limit keeps out, by its title.
REFUSALS = {"File 21": "CONTENT_TOO_LARGE", "Forbidden": "INVALID_PAYLOAD"}
CONTENT = [*COLLECTIONS, "directus_folders"]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("narrow")
    source = DirectusInstance("from", version, database, workdir=folder, environment=NARROW_SOURCE)
    destination = DirectusInstance(
        "to", version, database, workdir=folder, environment=NARROW_DESTINATION
    )
    with started(source, destination):
        make_site(source)
        with Api(source.url, source.admin_token) as api:
            api.post("/items/articles", [{"title": "Long", "text": "y" * LONG} for _ in range(5)])
            api.post(
                "/items/articles", {"title": "Longer than a body may be", "text": "z" * TOO_LONG}
            )
            api.upload({"title": "Forbidden"}, "forbidden.txt", b"text", "text/plain")
        with Api(destination.url, destination.admin_token) as api:
            api.post("/users", {"email": source.admin_email})
        yield direct(source, destination)


@pytest.fixture(scope="module")
def refused(pair: Pair) -> set[tuple[str | None, str | None, str]]:
    """What the destination's limits keep out: a file that is too large, and one of a kind that is
    not allowed."""
    files = dump(pair.source.database)["directus_files"]
    return {
        ("directus_files", str(row["id"]), REFUSALS[row["title"]])
        for row in files
        if row["title"] in REFUSALS
    }


@pytest.fixture(scope="module")
def full_disk(pair: Pair) -> Report:
    """A run while the disk of the destination's storage is full, as the kernel says of each file
    that is opened."""
    files = dump(pair.source.database)["directus_files"]
    full = [pair.destination.storage / str(row["filename_disk"]) for row in files]
    for path in full:
        path.symlink_to("/dev/full")
    try:
        return run(pair)
    finally:
        for path in full:
            path.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def no_storage(pair: Pair, full_disk: Report) -> Report:
    """A run while nothing can be written where the storage is."""
    storage = pair.destination.storage
    aside = storage.rename(storage.with_name("aside"))
    storage.write_text("not a folder")
    try:
        return run(pair)
    finally:
        storage.unlink()
        Path(aside).rename(storage)


@pytest.fixture(scope="module")
def first_run(pair: Pair, no_storage: Report) -> Report:
    return run(pair)


@pytest.mark.parametrize("state", ["full_disk", "no_storage"])
def test_a_storage_that_takes_nothing_costs_the_files_alone(
    pair: Pair, state: str, request: pytest.FixtureRequest
) -> None:
    report: Report = request.getfixturevalue(state)
    files = {str(row["id"]) for row in dump(pair.source.database)["directus_files"]}
    for_storage = [problem for problem in report.problems if problem.code == "SERVICE_UNAVAILABLE"]
    assert for_storage
    assert all("Couldn't save file" in problem.message for problem in for_storage)
    # A limit may refuse a file before the storage does; and where Directus has not noticed that
    # nothing was stored, the bytes that it gives back tell.
    assert {problem.code for problem in report.problems} <= {
        "SERVICE_UNAVAILABLE",
        "CHECKSUM_DIFFERS",
        *REFUSALS.values(),
    }
    assert report.status == "completed_with_problems"
    refused = {problem.key for problem in report.problems}
    assert {problem.resource for problem in report.problems} == {"directus_files"}
    assert len(refused) == len(report.problems) == report.resources["directus_files"].failed
    assert report.resources["directus_files"].verified == len(files) - len(refused)
    assert differences(pair.source.database, pair.destination.database, CONTENT) == []


def test_what_a_limit_refuses_is_named_and_the_rest_arrives(
    pair: Pair, refused: set[tuple[str | None, str | None, str]], first_run: Report
) -> None:
    assert named(first_run) == refused
    assert first_run.status == "completed_with_problems"
    missing = {
        line.split(": ")[0]
        for line in differences(pair.source.database, pair.destination.database, TABLES)
    }
    assert missing == {f"{resource} {key!r}" for resource, key, _ in refused}


def test_no_answer_out_of_a_cache_is_believed(
    pair: Pair, refused: set[tuple[str | None, str | None, str]], first_run: Report
) -> None:
    """Both sides answer what they answered before for an hour, and in between rows come, go and
    change."""
    with Api(pair.source.url, pair.source.admin_token) as source:
        source.post("/items/notes", {"text": "New"})
        source.patch(
            "/items/writers",
            [{"id": source.get("/items/writers", limit="1")[0]["id"], "name": "Renamed"}],
        )
        changed = dump(pair.source.database)["writers"]
    with Api(pair.destination.url, pair.destination.admin_token) as destination:
        destination.delete_all("/items/articles", ["400"])
    report = run(pair)
    renamed = next(str(row["id"]) for row in changed if row["name"] == "Renamed")
    assert named(report) == refused | {("writers", renamed, "CONFLICT")}
    assert {name: row.created for name, row in report.resources.items() if row.created} == {
        "notes": 1,
        "articles": 1,
    }


def test_a_row_that_goes_as_a_file_and_whose_answer_is_lost_is_no_problem(
    pair: Pair, refused: set[tuple[str | None, str | None, str]], first_run: Report
) -> None:
    with Api(pair.source.url, pair.source.admin_token) as source:
        source.post("/items/notes", {"text": "w" * TOO_LONG})
    plan = FaultPlan({Fault.RESET_AFTER: 1.0}, 0, only=("POST", "/utils/import/notes"), times=1)
    with FaultProxy(pair.destination.url, plan) as proxy:
        report = run(Pair(pair.source, pair.destination, pair.source_url, proxy.url))
    assert plan.met[Fault.RESET_AFTER] == 1
    assert {problem for problem in named(report) if problem[0] != "writers"} == refused
    assert report.status == "completed_with_problems"
    assert differences(pair.source.database, pair.destination.database, ["notes"]) == []


def named(report: Report) -> set[tuple[Any, Any, str]]:
    return {(problem.resource, problem.key, problem.code) for problem in report.problems}
