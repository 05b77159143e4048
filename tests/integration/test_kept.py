"""What the destination has of its own is never dropped, cut or overwritten."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.integration.command import Finished, migrate
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.pair import Pair, bare_pair
from tests.stack.seed.api import Api
from tests.stack.sidecar_client import as_admin

KEY = {
    "field": "id",
    "type": "uuid",
    "schema": {"is_primary_key": True},
    "meta": {"special": ["uuid"]},
}
HERE, THERE = "5f0e7c1a-0000-4000-8000-000000000001", "5f0e7c1a-0000-4000-8000-000000000002"
LONG = "a long text that the destination has had for years"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    with bare_pair(tmp_path_factory.mktemp("kept"), version, database) as pair:
        yield pair


def test_a_singleton_of_the_destination_is_kept_although_its_key_is_another(pair: Pair) -> None:
    for instance, key, title in (
        (pair.source, HERE, "of the source"),
        (pair.destination, THERE, "of its own"),
    ):
        make_table(instance, "home", {"type": "string"}, singleton=True)
        send(instance, "PATCH", "/items/home", {"id": key, "value": title})
    dry = migrate(pair.source, pair.destination, "--dry-run")
    assert dry.resource("home")["conflicting"] == 1
    done = migrate(pair.source, pair.destination)
    assert problems(done) == [("home", HERE, "CONFLICT")]
    assert rows(pair.destination, "home") == [{"id": THERE, "value": "of its own"}]


def test_a_singleton_arrives_with_the_nulls_that_directus_would_fill(pair: Pair) -> None:
    make_table(pair.source, "about", {"type": "uuid", "special": ["uuid"]}, singleton=True)
    send(pair.source, "PATCH", "/items/about", {"id": HERE})
    send(pair.source, "PATCH", "/items/about", {"value": None})
    done = migrate(pair.source, pair.destination)
    assert ("about", HERE, "DIFFERENT") not in problems(done)
    assert rows(pair.destination, "about") == [{"id": HERE, "value": None}]


def test_rows_that_a_singleton_hides_arrive_and_odd_names_end_no_run(pair: Pair) -> None:
    odd = "50%#1"
    for name in ("pages", odd):
        make_table(pair.source, name, {"type": "string"})
        for key in (HERE, THERE):
            send(pair.source, "POST", f"/items/{quote(name)}", {"id": key, "value": key})
    for singleton in (True, False):
        send(pair.source, "PATCH", "/collections/pages", {"meta": {"singleton": singleton}})
        done = migrate(pair.source, pair.destination)
        assert done.resource("pages")["verified"] == done.resource(odd)["verified"] == 2
        for name in ("pages", odd):
            assert {row["id"] for row in rows(pair.destination, name)} == {HERE, THERE}


def test_a_wider_column_of_the_destination_is_not_made_narrower(pair: Pair) -> None:
    make_table(pair.source, "notes", {"type": "string", "max_length": 20})
    make_table(pair.destination, "notes", {"type": "text"})
    send(pair.source, "POST", "/items/notes", {"id": HERE, "value": "short"})
    send(pair.destination, "POST", "/items/notes", {"id": THERE, "value": LONG})
    done = migrate(pair.source, pair.destination)
    assert done.resource("notes")["verified"] == 1
    noted = [(note["resource"], note["code"], note["column"]) for note in done.document["notes"]]
    assert ("notes", "COLUMN_KEPT", "value") in noted
    assert {row["value"] for row in rows(pair.destination, "notes")} == {"short", LONG}


def test_rows_that_were_there_and_rows_that_arrive_are_told_apart(pair: Pair) -> None:
    send(pair.destination, "PATCH", f"/items/notes/{HERE}", {"value": "edited"})
    other = HERE.replace("0001", "0003")
    send(pair.source, "POST", "/items/notes", {"id": other, "value": "new"})
    done = migrate(pair.source, pair.destination)
    assert [problem for problem in problems(done) if problem[0] == "notes"] == [
        ("notes", HERE, "CONFLICT")
    ]
    assert done.resource("notes")["created"] == 1


def test_a_row_arrives_that_is_larger_than_a_request_may_be(pair: Pair) -> None:
    make_table(pair.source, "novels", {"type": "text"})
    novel = "“Ünder the weather”, he wrote.\n" * 60_000
    file = {"file": ("novel.json", json.dumps([{"id": HERE, "value": novel}]), "application/json")}
    url = f"{pair.source.url}/utils/import/novels"
    requests.post(url, files=file, headers=as_admin(pair.source), timeout=60).raise_for_status()
    send(pair.source, "POST", "/items/novels", {"id": THERE, "value": "short"})
    done = migrate(pair.source, pair.destination)
    assert [problem for problem in problems(done) if problem[0] == "novels"] == []
    assert done.resource("novels")["verified"] == 2
    assert {row["value"] for row in rows(pair.destination, "novels")} == {novel, "short"}


def test_a_file_whose_bytes_are_found_again_is_completed_by_the_next_run(pair: Pair) -> None:
    upload = requests.post(
        f"{pair.source.url}/files",
        headers=as_admin(pair.source),
        timeout=30,
        files={"file": ("lost.txt", b"found again", "text/plain")},
    )
    file_id = upload.json()["data"]["id"]
    (stored,) = pair.source.storage.glob(f"{file_id}*")
    hidden = stored.rename(Path(f"{stored}.hidden").with_name(f"hidden-{stored.name}"))
    first = migrate(pair.source, pair.destination)
    assert ("directus_files", file_id, "FILE_MISSING_AT_SOURCE") in problems(first)
    again = migrate(pair.source, pair.destination)
    assert ("directus_files", file_id, "FILE_MISSING_AT_SOURCE") in problems(again)
    hidden.rename(stored)
    last = migrate(pair.source, pair.destination)
    assert not [problem for problem in problems(last) if problem[0] == "directus_files"]
    assert last.resource("directus_files")["verified"] == 1
    answer = requests.get(
        f"{pair.destination.url}/assets/{file_id}", headers=as_admin(pair.destination), timeout=30
    )
    assert answer.content == b"found again"


def test_a_table_is_not_dropped_for_a_folder_of_the_same_name(pair: Pair) -> None:
    make_table(pair.destination, "archive", {"type": "string"})
    send(pair.destination, "POST", "/items/archive", {"id": THERE, "value": "kept"})
    # 11.1.2 makes a folder and answers 403 all the same.
    requests.post(
        f"{pair.source.url}/collections",
        headers=as_admin(pair.source),
        timeout=30,
        json={"collection": "archive", "schema": None, "meta": {}},
    )
    for arguments in (["--dry-run"], []):
        done = migrate(pair.source, pair.destination, *arguments)
        assert done.status == 2
        assert [problem["code"] for problem in done.document["problems"]] == ["SCHEMA_CONFLICT"]
        assert "archive" in done.document["message"]
    assert rows(pair.destination, "archive") == [{"id": THERE, "value": "kept"}]


def make_table(
    instance: DirectusInstance, name: str, value: dict[str, Any], *, singleton: bool = False
) -> None:
    """A collection with a uuid key and one field ``value``."""
    field = {
        "field": "value",
        "type": value["type"],
        "meta": {"special": value.get("special")},
        "schema": {"max_length": value["max_length"]} if "max_length" in value else {},
    }
    body = {
        "collection": name,
        "schema": {},
        "meta": {"singleton": singleton},
        "fields": [KEY, field],
    }
    send(instance, "POST", "/collections", body)


def send(instance: DirectusInstance, method: str, path: str, body: object) -> None:
    with Api(instance.url, instance.admin_token) as api:
        {"POST": api.post, "PATCH": api.patch}[method](path, body)


def rows(instance: DirectusInstance, table: str) -> list[dict[str, Any]]:
    return [
        {name: value if value is None else str(value) for name, value in row.items()}
        for row in dump(instance.database)[table]
    ]


def problems(done: Finished) -> list[tuple[str, str, str]]:
    return [
        (problem["resource"], problem["key"], problem["code"])
        for problem in done.document["problems"]
    ]
