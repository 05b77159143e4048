"""Servers that change their clocks. Of a source, Directus shows some times as others, and they are
named. A destination stores some as others: only a real run can tell, and names each row."""

import pytest

from sidecar.directus.client import Directus, Row
from sidecar.migration.instance.display import look_for_losses
from sidecar.migration.instance.instance import inspect
from tests.integration.round import Round
from tests.matrix.directions.pair import in_full_only
from tests.stack.awkward.statements import execute, insert
from tests.stack.awkward.tables import table
from tests.stack.directus import DirectusInstance
from tests.stack.pair import started
from tests.stack.seed.api import Api
from tests.stack.seed.fields import counted_key, field

# In Berlin, no clock shows half past two on 31 March 2024, and two do on 27 October: at 0:30 and at
# 1:30 of UTC.
SKIPPED, REPEATED, ORDINARY = "2024-03-31 02:30:00", "2024-10-27 02:30:00", "2024-01-01 12:00:00"
SECOND = 1_729_992_600_000
ROWS: dict[str, list[object]] = {
    "postgres": [SKIPPED, REPEATED, ORDINARY],
    "mariadb": [SKIPPED, REPEATED, ORDINARY],
    "sqlite": [SECOND, SECOND - 3_600_000, 1_704_106_800_000],
}
# On MySQL, Directus reads timestamps as times of the server, too.
LOST = {"postgres": {"at": 1}, "mariadb": {"at": 1, "stamp": 1}, "sqlite": {"at": 1}}
DECLARED = {
    "postgres": "at timestamp, stamp timestamptz",
    "mariadb": "at datetime, stamp timestamp null",
    "sqlite": "at datetime, stamp timestamp, day date",
}
BERLIN, ORDINARY_TIME = "Europe/Berlin", "2024-01-01T12:00:00"
# As Directus writes 6 May 2024 there: midnight in Berlin.
DAY = {"sqlite": {"day": 1_714_946_400_000}}


@pytest.mark.parametrize("kind", ["postgres", *in_full_only(["mariadb", "sqlite"])])
def test_times_that_the_clocks_skip_or_repeat_are_named(
    tmp_path_factory: pytest.TempPathFactory, kind: str
) -> None:
    folder = tmp_path_factory.mktemp("zones")
    environment = {"TZ": BERLIN}
    with (
        DirectusInstance(
            "zones", "11.17.4", kind, workdir=folder, environment=environment
        ) as instance,
        Api(instance.url, instance.admin_token) as api,
    ):
        execute(
            instance.database,
            [f"CREATE TABLE clocks (id integer PRIMARY KEY, {DECLARED[kind]})"],
        )
        day = DAY.get(kind, {})
        rows = [{"id": key, "at": at, "stamp": at, **day} for key, at in enumerate(ROWS[kind])]
        insert(instance.database, "clocks", rows)
        api.post("/utils/cache/clear?system", {})
        api.patch("/collections/clocks", {"meta": {}})
        source = inspect(Directus(instance.url, instance.admin_token))
        sample = look_for_losses(source, source.model.resources["clocks"], len(rows))
    assert {column: count for (column, _), count in sample.losses.items()} == LOST[kind]


@pytest.mark.parametrize("kind", in_full_only(["postgres", "mariadb", "sqlite"]))
def test_a_destination_that_stores_times_as_others_has_each_named(
    tmp_path_factory: pytest.TempPathFactory, kind: str
) -> None:
    folder = tmp_path_factory.mktemp("zones")
    sides = (
        DirectusInstance("from", "11.17.4", kind, workdir=folder),
        DirectusInstance("to", "11.17.4", kind, workdir=folder, environment={"TZ": BERLIN}),
    )
    with started(*sides) as pair, Api(pair.source.url, pair.source.admin_token) as api:
        api.post("/collections", table("clocks", [counted_key(), field("at", "dateTime")]))
        rows: list[Row] = [{"id": 1, "at": "2024-03-31T02:30:00"}, {"id": 2, "at": ORDINARY_TIME}]
        api.post("/items/clocks", rows)
        trip = Round(*pair, api)
        foreseen, first, second = trip.run(dry_run=True), trip.run(), trip.run()
        again = trip.run(dry_run=True)
    assert foreseen.problems == []
    assert [(one.key, one.code) for one in first.problems] == [("1", "DIFFERENT")]
    assert first.status == second.status == "completed_with_problems"
    assert [(one.key, one.code) for one in second.problems] == [("1", "CONFLICT")]
    assert again.problems == second.problems
    assert second.resources["clocks"].created == 0
