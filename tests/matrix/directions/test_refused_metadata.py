"""MySQL does not undo what Directus has made before a refusal. What is half made is completed as
far as the destination takes it, its rows arrive, and a second run says the same."""

from typing import Any

import pytest

from sidecar.migration.report.report import Report
from tests.integration.oracle import differences
from tests.matrix.directions.instances import Bare, trip_with
from tests.matrix.directions.pair import Pair
from tests.stack.awkward.statements import execute
from tests.stack.awkward.tables import table
from tests.stack.seed.fields import counted_key, document, field

NAMES = ["half_tables", "half_columns", "half_nothing"]
MADE = [
    table("half_tables", [counted_key(), field("name", "string")]),
    table("half_columns", [counted_key(), document("doc"), field("name", "string")]),
    table("half_nothing", [counted_key(), field("name", "string")]),
]
# SQLite keeps texts of any length. The destination's columns take 255 and 64 letters.
TOO_LONG = [
    "UPDATE directus_collections SET display_template = printf('%.300c', 'x') "
    "WHERE collection IN ('half_tables', 'half_nothing')",
    "UPDATE directus_fields SET display = printf('%.100c', 'x') "
    "WHERE collection = 'half_columns' AND field = 'doc'",
]
ROWS: dict[str, list[dict[str, Any]]] = {
    "half_tables": [{"id": 1, "name": "a"}, {"id": 2, "name": None}],
    "half_columns": [{"id": 1, "doc": {"a": [1, None]}, "name": "b"}, {"id": 2, "doc": [2]}],
}


@pytest.mark.of_directions(source="sqlite", destination="mariadb")
def test_what_is_half_made_is_completed_as_far_as_it_goes(pair: Pair, bare: Bare) -> None:
    with trip_with(pair, bare, MADE) as trip:
        execute(trip.source.database, TOO_LONG)
        for name, rows in ROWS.items():
            trip.post(name, rows)
        first, second = trip.run(), trip.run()
        assert problems(first) == problems(second) == {(name, "SCHEMA_REFUSED") for name in NAMES}
        counts = second.schema or {}
        assert (counts["added"], counts["changed"]) == (0, 0)
        assert differences(trip.source.database, pair.destination.database, NAMES) == []


def problems(report: Report) -> set[tuple[str | None, str]]:
    return {(one.resource, one.code) for one in report.problems}
