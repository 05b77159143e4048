"""Tables that are easy to damage come over to another database: every type and kind of key and
relation, circles, and tables that were there before Directus. Without rows; ``kept`` is what
Directus notes unasked."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property

import pytest

from tests.integration.command import Finished, migrate
from tests.matrix.directions.pair import OTHERS, REPRESENTATIVE, Direction, in_full_only
from tests.matrix.directions.test_schema import expected_shape
from tests.stack.awkward import COLLECTIONS, TRACKED
from tests.stack.awkward.tables import table
from tests.stack.contents import AWKWARD_SCHEMA
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.seed.api import Api
from tests.stack.seed.fields import counted_key, field
from tests.stack.shapes import column_shapes

VERSION = "11.17.4"
AMOUNTS = [("adopted_customers", "credit"), ("adopted_orders", "total")]
FRACTIONS = {"sqlite": "float", "postgres": "numeric(", "mysql": "decimal("}
AWKWARD = [*REPRESENTATIVE, *in_full_only(other for other in OTHERS if other.version == VERSION)]
# Only MariaDB has geometry of its own.
PLACES = "places"


@dataclass
class Run:
    """From the awkward tables of one database to a destination on another; ``native`` has them
    as made there."""

    source: DirectusInstance
    native: DirectusInstance
    destination: DirectusInstance

    @cached_property
    def first(self) -> Finished:
        return migrate(self.source, self.destination, "--force")

    @cached_property
    def second(self) -> Finished:
        assert self.first
        return migrate(self.source, self.destination, "--force")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, DirectusInstance]]:
    """An instance with the tables, by database."""
    folder = tmp_path_factory.mktemp("awkward")
    with ExitStack() as started:
        instances = {
            database: started.enter_context(
                DirectusInstance(
                    database, VERSION, database, workdir=folder, content=AWKWARD_SCHEMA
                )
            )
            for database in ("sqlite", "postgres", "mariadb")
        }
        with Api(instances["mariadb"].url, instances["mariadb"].admin_token) as api:
            fields = [counted_key(), field("spot", "geometry.Point"), field("name", "string")]
            api.post("/collections", table(PLACES, fields))
            api.post(
                f"/items/{PLACES}",
                {"spot": {"type": "Point", "coordinates": [8, 47]}, "name": "here"},
            )
        yield instances


@pytest.fixture(scope="module", params=AWKWARD, ids=str)
def run(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    made: dict[str, DirectusInstance],
) -> Iterator[Run]:
    direction: Direction = request.param
    folder = tmp_path_factory.mktemp("destination")
    with DirectusInstance(
        "destination", VERSION, direction.destination, workdir=folder
    ) as destination:
        yield Run(made[direction.source], made[direction.destination], destination)


def test_columns_are_as_directus_makes_them_on_that_database(run: Run) -> None:
    assert run.first.status == 0, run.first.stderr
    found, native = column_shapes(run.destination.database), column_shapes(run.native.database)
    expected = {name: shape for name, shape in native.items() if name[0] in COLLECTIONS}
    assert {name for name in found if name[0] in COLLECTIONS} == expected.keys()
    assert [
        f"{name}: {shape} became {found[name]}"
        for name, shape in expected.items()
        if name[0] not in TRACKED
        and found[name] not in (shape, expected_shape(name, shape, run.source, run.destination))
    ] == []


def test_adopted_columns_differ_in_nothing_but_the_words_for_their_types(run: Run) -> None:
    assert run.first.status == 0, run.first.stderr
    found, native = column_shapes(run.destination.database), column_shapes(run.native.database)
    for name in (name for name in native if name[0] in TRACKED):
        # A key that was made by hand in SQLite may be null for all that SQLite says; Directus puts
        # numbers in quotes.
        nullable = native[name].nullable and native[name].key != "primary"
        made = replace(native[name], nullable=nullable, default=_bare(native[name].default))
        assert replace(found[name], type=made.type, default=_bare(found[name].default)) == made
    for name in AMOUNTS:
        assert found[name].type.startswith(FRACTIONS[run.destination.database.vendor])


def test_geometry_is_named_and_the_rest_of_its_rows_arrives(run: Run) -> None:
    stays = {
        (note["resource"], note["column"])
        for note in run.first.document["notes"]
        if note["code"] == "CANNOT_TRAVEL" and note["resource"] == PLACES
    }
    assert stays == ({(PLACES, "spot")} if run.source.database.vendor == "mysql" else set())
    assert [{**row, "id": None} for row in dump(run.destination.database).get(PLACES, [])] == (
        [{"id": None, "name": "here"}] if stays else []
    )


def test_a_second_run_finds_nothing_to_change_in_the_schema(run: Run) -> None:
    schema = run.second.document["schema"]
    assert {**schema, "kept": 0} == {"added": 0, "changed": 0, "kept": 0, "dropped": 0}


def _bare(default: str | None) -> str:
    return (default or "").strip("'")
