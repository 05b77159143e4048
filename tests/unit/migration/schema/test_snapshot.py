"""The desired snapshot has the adopted columns that the destination lacks, and its notation."""

from typing import Any

from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.snapshot import (
    desired_snapshot,
    translate_snapshot,
    unknown_columns,
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


def test_an_adopted_column_that_the_destination_lacks_is_added() -> None:
    assert with_adopted_columns(SOURCE, side("sqlite", [], []))["fields"] == [TITLE, CODE]


def test_an_adopted_column_that_the_destination_has_is_not_added() -> None:
    assert with_adopted_columns(SOURCE, side("sqlite", [], [CODE]))["fields"] == [TITLE]


def test_an_adopted_foreign_key_is_added() -> None:
    foreign_key = {**relation("posts", "code", "tags", {"on_delete": "SET NULL"}), "meta": None}
    source = instance_of(
        snapshot("sqlite", [], [foreign_key]), collections=[TRACKED], fields=METADATA
    )
    source.snapshot["relations"] = []
    destination = side("sqlite", [], [])
    assert with_adopted_columns(source, destination)["relations"] == [foreign_key]
    assert with_adopted_columns(source, source)["relations"] == []


def test_an_adopted_json_column_gets_its_special_on_sqlite_only() -> None:
    payload = adopted(field("payload", SHOWN["json"]["postgres"]))
    source = side("postgres", [], [payload])
    (on_sqlite,) = with_adopted_columns(source, side("sqlite", [], []))["fields"]
    assert on_sqlite["meta"] == {
        "collection": "posts",
        "field": "payload",
        "special": ["cast-json"],
    }
    (on_mysql,) = with_adopted_columns(source, side("mysql", [], []))["fields"]
    assert on_mysql["meta"] is None


def test_an_adopted_column_of_unknown_type_is_named_and_not_added() -> None:
    money = adopted(field("price", ("unknown", "money", None, None, None, None)))
    source = side("postgres", [], [money])
    assert unknown_columns(source) == [("posts", "price", "money")]
    assert with_adopted_columns(source, side("sqlite", [], []))["fields"] == []


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
