"""Geometry arrives identical where the database has it: MariaDB has, SQLite and PostgreSQL have
with additions only."""

from collections.abc import Iterator

import pytest
import requests

from tests.integration.command import migrate
from tests.integration.oracle import differences
from tests.stack.directus import DirectusInstance
from tests.stack.pair import Pair, bare_pair
from tests.stack.sidecar_client import as_admin

KINDS = ("geometry", "geometry.Point", "geometry.LineString", "geometry.Polygon")
SHAPES = {
    "geometry": {"type": "Point", "coordinates": [8.54, 47.37]},
    "geometry.Point": {"type": "Point", "coordinates": [-179.999999, -89.999999]},
    "geometry.LineString": {"type": "LineString", "coordinates": [[0, 0], [0.1, 0.2], [1e-9, 3]]},
    "geometry.Polygon": {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 0]]]},
}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    with bare_pair(tmp_path_factory.mktemp("geometry"), version, database) as pair:
        yield pair


def test_shapes_of_every_kind_arrive_identical(pair: Pair) -> None:
    source, destination = pair
    key = {
        "field": "id",
        "type": "integer",
        "schema": {"is_primary_key": True, "has_auto_increment": True},
        "meta": {},
    }
    fields = [
        {"field": _column(kind), "type": kind, "schema": {}, "meta": {"special": [kind]}}
        for kind in KINDS
    ]
    body = {"collection": "places", "schema": {}, "meta": {}, "fields": [key, *fields]}
    _post(source, "/collections", body)
    rows = [{_column(kind): SHAPES[kind] for kind in KINDS}, {}]
    _post(source, "/items/places", rows)
    done = migrate(source, destination)
    assert done.status == 0, done.stdout
    assert done.resource("places")["verified"] == len(rows)
    assert differences(source.database, destination.database, ["places"]) == []
    again = migrate(source, destination)
    assert (again.status, again.resource("places")["skipped"]) == (0, len(rows))
    assert again.document["schema"] == {"added": 0, "changed": 0, "kept": 0, "dropped": 0}


def _column(kind: str) -> str:
    return f"a_{kind.rpartition('.')[2].lower()}"


def _post(instance: DirectusInstance, path: str, body: object) -> None:
    answer = requests.post(instance.url + path, json=body, headers=as_admin(instance), timeout=60)
    assert answer.status_code < 300, answer.text
