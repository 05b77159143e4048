"""What of a schema cannot be brought to the destination is named, and leaves the destination ready
for the next run."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.command import Finished, migrate, sidecar
from tests.stack.awkward.statements import execute
from tests.stack.databases import Database
from tests.stack.dump import dump, primary_keys
from tests.stack.pair import Pair, bare_pair
from tests.stack.seed.api import Api
from tests.stack.seed.fields import counted_key
from tests.stack.shapes import ColumnShape, column_shapes

NAME = {"field": "name", "type": "string", "schema": {}, "meta": {}}
CAT = {"field": "cat", "type": "integer", "schema": {}, "meta": {"special": ["m2o"]}}
# Tables that were there before Directus: where it makes one without its columns, it gives it a
# counted key. Directus cannot create the foreign key of lost, and not taken where there is one.
ADOPTED = [
    "CREATE TABLE untracked (code varchar(12) NOT NULL PRIMARY KEY)",
    "CREATE TABLE good (code varchar(12) NOT NULL PRIMARY KEY, name varchar(80))",
    "CREATE TABLE lost (code varchar(12) NOT NULL PRIMARY KEY, other varchar(12) REFERENCES "
    "untracked (code))",
    "CREATE TABLE taken (code varchar(12) NOT NULL PRIMARY KEY, name varchar(80))",
    "CREATE TABLE needs (code varchar(12) NOT NULL PRIMARY KEY, other varchar(12) REFERENCES "
    "taken (code))",
    "INSERT INTO untracked VALUES ('zero')",
    "INSERT INTO good VALUES ('one', 'One'), ('two', 'Two')",
    "INSERT INTO lost VALUES ('three', 'zero')",
    "INSERT INTO taken VALUES ('four', 'Four')",
    "INSERT INTO needs VALUES ('five', 'four')",
]
TRACKED = ("good", "lost", "taken", "needs")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    with bare_pair(tmp_path_factory.mktemp("conflicts"), version, database) as pair:
        yield pair


@pytest.fixture(scope="module")
def source(pair: Pair) -> Iterator[Api]:
    with Api(pair.source.url, pair.source.admin_token) as api:
        yield api


def test_a_refused_collection_costs_only_itself_and_the_next_run_completes(
    pair: Pair, source: Api
) -> None:
    """The destination has another table of the same name that nobody tracks."""
    execute(pair.source.database, ADOPTED)
    execute(pair.destination.database, ["CREATE TABLE taken (number integer)"])
    source.post("/utils/cache/clear?system", {})
    for name in TRACKED:
        source.patch(f"/collections/{name}", {"meta": {}})
    states = []
    for _ in range(2):
        done = migrate(pair.source, pair.destination, "--options", "content")
        assert done.status == 1, done.stdout + done.stderr
        problems = [(one["resource"], one["code"]) for one in done.document["problems"]]
        assert problems == [("taken", "SCHEMA_REFUSED"), ("needs", "SCHEMA_REFUSED")]
        assert "already exists" in done.document["problems"][0]["message"]
        assert ("lost", "RELATION_LOST", "other") in notes(done)
        assert_arrived(pair, "good", "lost", "needs")
        states.append(dump(pair.destination.database))
    assert states[0] == states[1]
    execute(pair.destination.database, ["DROP TABLE taken"])
    with Api(pair.destination.url, pair.destination.admin_token) as destination:
        destination.post("/utils/cache/clear?system", {})
    done = migrate(pair.source, pair.destination, "--options", "content")
    assert done.status == 0, done.stdout + done.stderr
    assert ("lost", "RELATION_LOST", "other") in notes(done)
    assert_arrived(pair, *TRACKED)
    # The rows of needs were there before the table that they refer to.
    for name in ("good", "taken", "needs"):
        here, there = (shapes(instance.database, name) for instance in pair)
        assert there == here


def test_a_relation_that_points_elsewhere_now_is_a_conflict_and_nothing_is_written(
    pair: Pair, source: Api
) -> None:
    for name in ("cats", "tags"):
        collection(source, name, [NAME])
        source.post(f"/items/{name}", [{"name": f"{name} {number}"} for number in range(2)])
    collection(source, "arts", [CAT])
    source.post("/relations", relation("cats"))
    source.post("/items/arts", [{"cat": 1}])
    assert migrate(pair.source, pair.destination, "--options", "content").status == 0
    source.delete("/fields/arts/cat")
    source.post("/fields/arts", CAT)
    source.post("/relations", relation("tags"))
    source.patch("/items/arts/1", {"cat": 1})
    source.post("/items/arts", [{"cat": 2}])
    before = dump(pair.destination.database)
    token = pair.destination.admin_token
    check = sidecar(pair.source, "check", "--to", pair.destination.url, "--json", token=token)
    assert check.status == 2
    (finding,) = [
        finding for finding in check.document["findings"] if finding["code"] == "SCHEMA_CONFLICT"
    ]
    assert (
        "arts.cat points to tags at the source and to cats at the destination" in finding["message"]
    )
    assert "delete the field arts.cat at the destination" in finding["message"]
    assert (check.document["compatible"], check.document["force_would_help"]) == (False, False)
    for arguments in (["--dry-run"], [], ["--force"]):
        done = migrate(pair.source, pair.destination, *arguments)
        assert (done.status, codes(done)) == (2, ["SCHEMA_CONFLICT"])
        assert finding["message"] in done.document["message"]
    assert dump(pair.destination.database) == before


def test_the_conflict_is_gone_when_the_field_is_deleted_as_the_message_says(
    pair: Pair, source: Api
) -> None:
    with Api(pair.destination.url, pair.destination.admin_token) as destination:
        destination.delete("/fields/arts/cat")
    done = migrate(pair.source, pair.destination, "--options", "content")
    # The row that was there before has lost its value, as the message said, and gets the source's.
    assert (done.status, codes(done)) == (0, [])
    filled = [note for note in done.document["notes"] if note["code"] == "FILLED"]
    assert [(note["resource"], note["column"], note["count"]) for note in filled] == [
        ("arts", "cat", 1)
    ]
    relations = [
        row
        for row in dump(pair.destination.database)["directus_relations"]
        if row["many_field"] == "cat"
    ]
    assert [row["one_collection"] for row in relations] == ["tags"]
    assert shapes(pair.destination.database, "arts") == shapes(pair.source.database, "arts")


def collection(api: Api, name: str, fields: list[dict[str, Any]]) -> None:
    api.post(
        "/collections",
        {"collection": name, "schema": {}, "meta": {}, "fields": [counted_key(), *fields]},
    )


def relation(target: str) -> dict[str, Any]:
    return {
        "collection": "arts",
        "field": "cat",
        "related_collection": target,
        "schema": {"on_delete": "SET NULL"},
        "meta": {},
    }


def assert_arrived(pair: Pair, *tables: str) -> None:
    here, there = (instance.database for instance in pair)
    for name in tables:
        assert primary_keys(there)[name] == "code"
        assert dump(there)[name] == dump(here)[name]


def notes(done: Finished) -> set[tuple[str, str, str | None]]:
    return {(note["resource"], note["code"], note["column"]) for note in done.document["notes"]}


def codes(done: Finished) -> list[str]:
    return [problem["code"] for problem in done.document["problems"]]


def shapes(database: Database, table: str) -> dict[str, ColumnShape]:
    return {
        name: shape for (owner, name), shape in column_shapes(database).items() if owner == table
    }
