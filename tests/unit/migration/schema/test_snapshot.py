"""The desired snapshot has the adopted columns that the destination lacks, and its notation."""

from typing import Any

import pytest

from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.snapshot import (
    desired_snapshot,
    translate_snapshot,
    with_adopted_columns,
)
from tests.unit.migration.schema.snapshots import (
    SHOWN,
    Row,
    field,
    instance_of,
    relation,
    snapshot,
    string,
)

TRACKED = {"collection": "posts", "schema": {"name": "posts"}, "meta": {}}
UNTRACKED = {"collection": "logs", "schema": {"name": "logs"}, "meta": None}
METADATA = [
    string("note", collection=table)
    for table in ("directus_collections", "directus_fields", "directus_relations")
]


def adopted(row: Row) -> Row:
    return {**row, "meta": None}


def side(vendor: str, fields: list[Row], all_fields: list[Row], **more: Any) -> Instance:
    return instance_of(
        snapshot(vendor, fields, **more),
        collections=[TRACKED, UNTRACKED],
        fields=[*METADATA, *all_fields],
    )


TITLE, CODE = string("title"), adopted(string("code"))
LOG = adopted(string("line", collection="logs"))
SOURCE = side("sqlite", [TITLE], [TITLE, CODE, LOG])


def names(desired: Row) -> list[str]:
    return [row["field"] for row in desired["fields"]]


def test_an_adopted_column_that_the_destination_lacks_is_added() -> None:
    assert with_adopted_columns(SOURCE, side("sqlite", [], []))["fields"] == [TITLE, CODE]


def test_what_has_no_metadata_at_the_destination_is_not_compared_by_directus() -> None:
    assert names(desired_snapshot(SOURCE, side("sqlite", [], [CODE]))) == ["title"]
    assert names(desired_snapshot(SOURCE, side("sqlite", [], [adopted(TITLE)]))) == ["code"]


def test_an_adopted_column_is_compared_with_the_metadata_of_the_destination() -> None:
    tracked = {**CODE, "meta": {"special": None, "note": "theirs"}}
    desired = desired_snapshot(SOURCE, side("sqlite", [tracked], [tracked]))
    assert desired["fields"] == [TITLE, tracked]


def test_an_adopted_foreign_key_is_added() -> None:
    foreign_key = {**relation("posts", "code", "tags", {"on_delete": "SET NULL"}), "meta": None}
    source = instance_of(
        snapshot("sqlite", [], [foreign_key]), collections=[TRACKED], fields=METADATA
    )
    source.snapshot["relations"] = []
    destination = side("sqlite", [], [])
    assert with_adopted_columns(source, destination)["relations"] == [foreign_key]
    assert desired_snapshot(source, source)["relations"] == []


@pytest.mark.parametrize("vendor", ["sqlite", "postgres", "mysql"])
def test_a_new_adopted_json_column_gets_metadata_with_its_special(vendor: str) -> None:
    payload = adopted(field("payload", SHOWN["json"]["postgres"]))
    source = side("postgres", [], [payload])
    (new,) = with_adopted_columns(source, side(vendor, [], []))["fields"]
    assert new["meta"] == {"collection": "posts", "field": "payload", "special": ["cast-json"]}
    (existing,) = with_adopted_columns(source, side(vendor, [], [payload]))["fields"]
    assert existing["meta"] is None


def test_an_adopted_column_of_unknown_type_and_its_relation_are_not_added() -> None:
    mood = adopted(field("mood", ("unknown", "mood", None, None, None, None)))
    source = side("postgres", [], [mood])
    assert desired_snapshot(source, side("sqlite", [], []))["fields"] == []
    assert desired_snapshot(source, side("postgres", [], []))["fields"] == []


def test_the_desired_snapshot_is_in_the_notation_of_the_destination() -> None:
    desired = desired_snapshot(SOURCE, side("postgres", [], []))
    assert desired["vendor"] == "postgres"
    assert {row["field"]: row["schema"]["data_type"] for row in desired["fields"]} == {
        "title": "character varying",
        "code": "character varying",
    }


def test_a_translation_uses_the_destinations_snapshot_of_that_moment() -> None:
    current = string("title")
    current["schema"]["comment"] = "set by the database"
    destination = side("mysql", [], [])
    translated = translate_snapshot(
        snapshot("sqlite", [TITLE]), SOURCE, destination, snapshot("mysql", [current])
    )
    assert translated["fields"] == [current]
