"""What another database cannot hold is named in the dry run and in the run, and the rest
arrives."""

from typing import Any

from sidecar.migration.report.report import Report
from tests.integration.oracle import differences
from tests.matrix.directions.instances import Bare, trip_with
from tests.matrix.directions.pair import Pair
from tests.stack.awkward.tables import table
from tests.stack.seed.fields import counted_key, field

LIMITS = table(
    "limits",
    [
        counted_key(),
        field("a_string", "string", schema={"max_length": 10}),
        field("a_text", "text"),
        field("an_integer", "integer"),
        field("a_float", "float"),
        field("a_boolean", "boolean", special=["cast-boolean"]),
        field("a_date", "date"),
        field("a_time", "time"),
        field("a_timestamp", "timestamp"),
        field("a_uuid", "uuid"),
    ],
)
FITS = {
    "a_string": "0123456789",
    "a_text": "x" * 1000,
    "an_integer": 7,
    "a_float": 0.5,
    "a_boolean": True,
    "a_date": "2024-02-29",
    "a_time": "12:34:56",
    "a_timestamp": "2024-02-29T12:34:56Z",
}
LONG, EARLY, LATE = "x" * 70_000, "1969-12-31T23:59:59Z", "2038-01-19T03:14:08Z"
FROM_SQLITE = [
    ("a_string", "x" * 11),
    ("an_integer", 1.5),
    ("a_float", 1e300),
    ("a_boolean", 2),
    ("a_time", "banana"),
]
# Values that a source holds and a destination cannot, in its own row each.
TOO_MUCH: dict[tuple[str, str], list[tuple[str, Any]]] = {
    ("sqlite", "postgres"): [*FROM_SQLITE, ("a_text", "a\0b"), ("a_uuid", "no uuid")],
    ("sqlite", "mariadb"): [
        *FROM_SQLITE,
        ("a_text", LONG),
        ("a_timestamp", EARLY),
        ("a_date", "0050-01-01"),
    ],
    ("postgres", "mariadb"): [("a_text", LONG), ("a_text", "ü" * 40_000), ("a_timestamp", LATE)],
    ("mariadb", "postgres"): [("a_string", "a\0b"), ("a_text", "\0"), ("a_uuid", "no uuid")],
}


def test_what_the_destination_cannot_hold_is_named_and_the_rest_arrives(
    pair: Pair, bare: Bare
) -> None:
    cases = TOO_MUCH.get((pair.direction.source, pair.direction.destination), [])
    rows = [
        {"id": number, **FITS, column: value} for number, (column, value) in enumerate(cases, 1)
    ]
    good = [{"id": 100 + number, **FITS} for number in range(3)]
    expected = {
        ("limits", str(number), column, "CANNOT_HOLD")
        for number, (column, _) in enumerate(cases, 1)
    }
    with trip_with(pair, bare, [LIMITS]) as trip:
        trip.post("limits", [*good[:1], *rows, *good[1:]])
        foreseen = trip.run(dry_run=True)
        assert named(foreseen) == expected
        assert foreseen.resources["limits"].create == len(good)
        report = trip.run()
        assert named(report) == expected
        row = report.resources["limits"]
        assert (row.created, row.failed, row.different) == (len(good), len(cases), 0)
        missing = [
            f"limits Decimal('{number}'): only at the source" for number in range(1, len(cases) + 1)
        ]
        assert differences(trip.source.database, pair.destination.database, ["limits"]) == sorted(
            missing
        )


def named(report: Report) -> set[tuple[str | None, str | None, str, str]]:
    """Table, key, column and code of each problem."""
    return {
        (one.resource, one.key, one.message.partition(":")[0], one.code) for one in report.problems
    }
