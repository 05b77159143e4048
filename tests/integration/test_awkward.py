"""Content that is easy to damage arrives identical, and runs among flows, bad rows and a source in
use end well.

The tests build on each other, in this order: one source, one destination.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.awkward_oracle import (
    LOST,
    TABLES,
    besides_lost,
    columns,
    delete,
    different_rows,
    empty,
    noted_columns,
    own_fields,
    problems,
    schema_changes,
)
from tests.integration.command import CONTENT_ALONE, Finished, migrate, sidecar
from tests.integration.oracle import differences
from tests.stack import awkward
from tests.stack.awkward.articles import article
from tests.stack.awkward.killed import kill_at
from tests.stack.awkward.watched import Watched
from tests.stack.contents import AWKWARD
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.gate import Gate
from tests.stack.proxy import Proxy
from tests.stack.seed.api import Api

REFILLED = "by_big_integer"
BY_HAND = {"555"}
EXPIRED = b'{"errors": [{"message": "Token expired.", "extensions": {"code": "TOKEN_EXPIRED"}}]}'


@pytest.fixture(scope="module")
def source(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    folder = tmp_path_factory.mktemp("awkward")
    with DirectusInstance(
        "awkward", version, database, workdir=folder, content=AWKWARD
    ) as instance:
        yield instance


@pytest.fixture(scope="module")
def here(source: DirectusInstance) -> Iterator[Api]:
    with Api(source.url, source.admin_token) as api:
        yield api


@pytest.fixture(scope="module")
def there(destination: DirectusInstance) -> Iterator[Api]:
    with Api(destination.url, destination.admin_token) as api:
        yield api


@pytest.fixture(scope="module")
def watched(destination: DirectusInstance, there: Api) -> Watched:
    """A flow at the destination that writes a row of its own for each row that is created there."""
    return Watched(destination, there, [REFILLED, "articles"])


@pytest.fixture(scope="module")
def first_run(
    source: DirectusInstance, destination: DirectusInstance, watched: Watched
) -> Finished:
    return migrate(source, destination)


def test_a_file_without_bytes_is_the_only_problem(first_run: Finished) -> None:
    assert problems(first_run) == {(*LOST, "FILE_MISSING_AT_SOURCE")}, first_run.stderr
    assert first_run.document["problem_count"] == 1
    assert (first_run.status, first_run.document["status"]) == (1, "completed_with_problems")


def test_every_column_of_every_table_is_the_same(
    source: DirectusInstance, destination: DirectusInstance, first_run: Finished
) -> None:
    (size_of_lost_file,) = differences(
        source.database, destination.database, TABLES, awkward.CANNOT_TRAVEL
    )
    assert awkward.LOST_FILE in size_of_lost_file
    assert size_of_lost_file.endswith(".filesize: 24 became None")


def test_what_cannot_travel_is_said(first_run: Finished) -> None:
    said = {(note["resource"], note["column"]) for note in first_run.document["notes"]}
    assert {
        (table, column) for table, columns in awkward.CANNOT_TRAVEL.items() for column in columns
    } <= said
    assert awkward.UNTRACKED in {note["resource"] for note in first_run.document["notes"]}


def test_loading_leaves_no_activity_and_no_revisions(
    destination: DirectusInstance, first_run: Finished
) -> None:
    tables = dump(destination.database)
    for table in ("directus_activity", "directus_revisions"):
        assert [row for row in tables[table] if row["collection"] in awkward.COLLECTIONS] == []


def test_the_schema_shows_only_what_the_destination_had(
    here: Api, there: Api, database: str, first_run: Finished
) -> None:
    assert schema_changes(here, there) <= own_fields(database)


def test_lifted_columns_are_not_null_again(there: Api, first_run: Finished) -> None:
    for collection, column in awkward.NOT_NULL:
        assert there.get(f"/fields/{collection}/{column}")["schema"]["is_nullable"] is False


@pytest.mark.parametrize("table", awkward.TRACKED)
def test_adopted_columns_are_made_as_they_were(
    table: str, here: Api, there: Api, database: str, first_run: Finished
) -> None:
    assert columns(there, table) == columns(here, table)
    assert {(table, name) for name in noted_columns(there, table)} <= awkward.NOTED_BY_DIRECTUS.get(
        database, set()
    )


@pytest.mark.parametrize("collection", ["tree", "labels", "adopted_orders"])
def test_keys_are_counted_on_without_a_collision(
    collection: str, destination: DirectusInstance, there: Api, first_run: Finished
) -> None:
    before = [row["id"] for row in dump(destination.database)[collection]]
    row = there.post(f"/items/{collection}", awkward.NEW_ROWS[collection])
    delete(destination, f"/items/{collection}", [str(row["id"])])
    assert row["id"] == max(before) + 1


def test_a_flow_at_the_destination_rests_during_a_run(
    watched: Watched, first_run: Finished
) -> None:
    assert watched.fired_for() == set()
    assert watched.is_as_made()


def test_a_second_run_creates_nothing_and_changes_nothing(
    source: DirectusInstance, destination: DirectusInstance, first_run: Finished
) -> None:
    before = dump(destination.database)
    done = migrate(source, destination)
    assert sum(row["created"] for row in done.document["resources"]) == 0
    assert besides_lost(done) == set()
    assert dump(destination.database) == before


def test_a_row_that_is_refused_costs_one_row(
    source: DirectusInstance, destination: DirectusInstance, watched: Watched, first_run: Finished
) -> None:
    rows = dump(source.database)[REFILLED]
    refused = next(row for row in rows if row["code"] == "code-7")
    empty(destination, REFILLED)
    assert watched.fires(REFILLED, "555", {"id": 555, "code": refused["code"]})
    done = migrate(source, destination)
    delete(destination, f"/items/{REFILLED}", ["555"])
    assert done.status == 1
    assert besides_lost(done) == {(REFILLED, str(refused["id"]), "RECORD_NOT_UNIQUE")}
    assert "has to be unique" in next(
        p["message"] for p in done.document["problems"] if p["resource"] == REFILLED
    )
    assert done.resource(REFILLED)["created"] == len(rows) - 1
    assert differences(source.database, destination.database, [REFILLED]) == [
        f"{REFILLED} {refused['id']!r}: only at the source"
    ]


def test_a_flow_works_again_after_a_run_that_fails(
    source: DirectusInstance, destination: DirectusInstance, watched: Watched, first_run: Finished
) -> None:
    def expire(method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return (
            (401, EXPIRED)
            if (method, path.partition("?")[0]) == ("POST", f"/items/{REFILLED}")
            else (status, body)
        )

    empty(destination, REFILLED)
    with Proxy(destination.url, expire) as proxy:
        done = sidecar(
            source,
            "migrate",
            "--to",
            proxy.url,
            "--json",
            *CONTENT_ALONE,
            token=destination.admin_token,
        )
    assert done.status == 3, done.stdout
    assert besides_lost(migrate(source, destination)) == set()
    assert watched.fired_for() == BY_HAND
    assert watched.is_as_made()


def test_a_flow_works_again_after_a_run_that_was_killed(
    source: DirectusInstance,
    destination: DirectusInstance,
    here: Api,
    there: Api,
    database: str,
    watched: Watched,
    tmp_path: Path,
    first_run: Finished,
) -> None:
    empty(destination, REFILLED)
    gate = Gate("POST", f"/items/{REFILLED}")
    with Proxy(destination.url, gate.rewrite) as proxy:
        kill_at(gate, source, proxy.url, destination.admin_token, tmp_path / "killed.log")
    assert not watched.is_as_made()
    assert besides_lost(migrate(source, destination)) == set()
    assert differences(source.database, destination.database, [REFILLED]) == []
    assert schema_changes(here, there) <= own_fields(database)
    assert watched.is_as_made()
    assert watched.fired_for() == BY_HAND
    assert watched.fires(REFILLED, "777", {"id": 777, "code": "made by hand"})


def test_what_moves_at_the_source_during_a_run_is_named_and_no_error(
    source: DirectusInstance, destination: DirectusInstance, here: Api, first_run: Finished
) -> None:
    """One label is renamed after it was loaded; a new one, and a row that points at it, come
    after the labels."""
    delete(source, "/files", [awkward.LOST_FILE])
    empty(destination, "articles_labels")
    empty(destination, "labels")
    gate = Gate("POST", "/items/articles_labels")
    arguments = ("migrate", "--json", *CONTENT_ALONE, "--to")
    with Proxy(destination.url, gate.rewrite) as proxy, ThreadPoolExecutor() as pool:
        run = pool.submit(sidecar, source, *arguments, proxy.url, token=destination.admin_token)
        gate.wait()
        here.patch("/items/labels/1", {"name": "renamed meanwhile"})
        label = here.post("/items/labels", {"name": "new meanwhile"})["id"]
        link = here.post("/items/articles_labels", {"article": article(1), "label": label})["id"]
        gate.open()
        done = run.result()
    moved = {("labels", "1"), ("labels", str(label)), ("articles_labels", str(link))}
    assert (done.status, done.document["status"], done.document["problems"]) == (
        0,
        "completed",
        [],
    ), done.stderr
    assert "labels" in {
        note["resource"] for note in done.document["notes"] if note["code"] == "SOURCE_CHANGED"
    }
    assert different_rows(source, destination) <= moved

    done = migrate(source, destination)
    assert done.document["status"].startswith("completed")
    assert problems(done) <= {("labels", "1", "CONFLICT")}
    assert different_rows(source, destination) <= {("labels", "1")}
