"""Keys that databases spell or order in different ways: rows arrive under them, and what points at
them follows."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.oracle import differences
from tests.integration.round import Round
from tests.matrix.directions.instances import Bare, trip_with
from tests.matrix.directions.pair import Pair
from tests.stack.awkward.tables import table
from tests.stack.dump import dump
from tests.stack.seed.fields import Json, counted_key, field, link, text_key, uuid_key

EXACT = 2**53 - 1
RELATIONS: list[Json] = [
    link("things", "kind", "kinds"),
    link("things", "mark", "marks"),
    link("things", "count", "counts"),
    {
        "collection": "things",
        "field": "item",
        "related_collection": None,
        "schema": None,
        "meta": {
            "one_collection_field": "collection",
            "one_allowed_collections": ["kinds", "marks", "counts"],
        },
    },
]
TABLES = ["kinds", "marks", "counts", "things"]
UPPER = [f"0F8FAD5B-D9CB-469F-A165-70867728950{digit}" for digit in "ABC"]
ALIKE = ["Road", "ROAD ", "cafe", "Café", "only one"]


def collections(whole_number: str) -> list[Json]:
    return [
        table("kinds", [text_key("name"), field("number", "integer")]),
        table("marks", [uuid_key(), field("number", "integer")]),
        table("counts", [counted_key(whole_number), field("number", "integer")]),
        table(
            "things",
            [
                counted_key(),
                field("kind", "string"),
                field("mark", "uuid"),
                field("count", whole_number),
                field("collection", "string"),
                field("item", "string"),
            ],
        ),
    ]


@pytest.fixture(scope="module")
def trip(pair: Pair, bare: Bare) -> Iterator[Round]:
    # Directus cannot make a column of MySQL that points at a counted bigInteger.
    made = collections("integer" if pair.direction.source == "mariadb" else "bigInteger")
    with trip_with(pair, bare, made, RELATIONS) as trip:
        yield trip


def test_rows_and_what_points_at_them_have_the_keys_of_the_destination(
    trip: Round, pair: Pair
) -> None:
    kinds = ["Novel", "poem", "007", "$NOW", "ü", "null"]
    trip.post("kinds", [{"name": name} for name in kinds])
    trip.post("marks", [{"id": key} for key in UPPER])
    on_mysql = "mariadb" in (pair.direction.source, pair.direction.destination)
    counts = [1, 2, 2**31 - 1] if on_mysql else [1, 2, 2**31, EXACT]
    trip.post("counts", [{"id": str(number)} for number in counts])
    things: list[Json] = [{"kind": name, "collection": "kinds", "item": name} for name in kinds]
    # PostgreSQL has ids in lower case, whatever it is given, and finds nothing by another spelling.
    items = [key.lower() if pair.direction.source == "postgres" else key for key in UPPER]
    things += [
        {"mark": key, "collection": "marks", "item": item}
        for key, item in zip(UPPER, items, strict=True)
    ]
    things += [
        {"count": str(number), "collection": "counts", "item": str(number)} for number in counts
    ]
    trip.post("things", things)
    report = trip.run()
    assert (report.status, report.problems) == ("completed", [])
    assert _dangling(pair) == []
    assert {report.resources[name].verified for name in TABLES} == {
        len(kinds),
        len(UPPER),
        len(counts),
        len(things),
    }
    again = trip.run()
    assert again.problems == []
    assert {again.resources[name].created for name in TABLES} == {0}
    assert {again.resources[name].skipped for name in TABLES} == {
        len(kinds),
        len(UPPER),
        len(counts),
        len(things),
    }


@pytest.mark.of_directions(source="mariadb")
def test_references_of_mysql_in_another_case_follow_to_the_key(trip: Round, pair: Pair) -> None:
    """Only MySQL takes keys in another case for the same."""
    things = [
        {"kind": "NOVEL", "collection": "kinds", "item": "noveL "},
        {"kind": "Poem", "mark": UPPER[0].lower(), "collection": "marks", "item": UPPER[1].lower()},
    ]
    trip.post("things", things)
    report = trip.run()
    assert (report.status, report.problems, report.resources["things"].created) == (
        "completed",
        [],
        len(things),
    )
    assert _dangling(pair) == []
    # One of them from the first test.
    assert [row["kind"] for row in dump(pair.destination.database)["things"]].count("Novel") == 2


@pytest.mark.of_directions(destination="mariadb")
def test_texts_that_mysql_takes_for_the_same_are_named_and_the_others_arrive(
    trip: Round, pair: Pair
) -> None:
    trip.post("kinds", [{"name": name} for name in ALIKE])
    foreseen = {(problem.resource, problem.code) for problem in trip.run(dry_run=True).problems}
    assert foreseen == {("kinds", "CANNOT_HOLD")}
    dry = trip.run(dry_run=True)
    report = trip.run()
    assert {problem.resource for problem in report.problems} == {"kinds"}
    assert [problem.message for problem in report.problems if "name" not in problem.message] == []
    assert len(report.problems) == 2
    assert report.resources["kinds"].created == dry.resources["kinds"].create == len(ALIKE) - 2


@pytest.mark.of_directions(source="postgres")
def test_a_key_that_directus_cannot_tell_from_others_there_is_named(
    trip: Round, pair: Pair
) -> None:
    """Directus reads larger numbers exactly on PostgreSQL only."""
    trip.post("counts", [{"id": str(EXACT + 2)}, {"id": "77"}])
    for dry_run in (True, False):
        report = trip.run(dry_run=dry_run)
        named = [
            (one.resource, one.key, one.code) for one in report.problems if one.resource == "counts"
        ]
        assert named == [("counts", str(EXACT + 2), "CANNOT_HOLD")]
    assert report.resources["counts"].created == 1
    assert differences(trip.source.database, pair.destination.database, ["counts"]) == [
        f"counts Decimal('{EXACT + 2}'): only at the source"
    ]


def _dangling(pair: Pair) -> list[Any]:
    """What points at something in a spelling that is not that of its key, by SQL."""
    tables = dump(pair.destination.database)
    keys = {
        name: {str(row["id" if name != "kinds" else "name"]) for row in tables[name]}
        for name in TABLES
    }
    found = [row for row in tables["things"] if row["item"] not in keys[row["collection"]]]
    return found + [
        row
        for row in tables["things"]
        for column, target in (("kind", "kinds"), ("mark", "marks"), ("count", "counts"))
        if row[column] is not None and str(row[column]) not in keys[target]
    ]
