"""A source whose server changes its clocks: Directus shows some times as others, and they are
named."""

import pytest

from sidecar.directus.client import Directus
from sidecar.migration.instance.display import look_for_losses
from sidecar.migration.instance.instance import inspect
from tests.matrix.directions.pair import in_full_only
from tests.stack.awkward.statements import execute, insert
from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api

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
# As Directus writes 6 May 2024 there: midnight in Berlin.
DAY = {"sqlite": {"day": 1_714_946_400_000}}


@pytest.mark.parametrize("kind", ["postgres", *in_full_only(["mariadb", "sqlite"])])
def test_times_that_the_clocks_skip_or_repeat_are_named(
    tmp_path_factory: pytest.TempPathFactory, kind: str
) -> None:
    folder = tmp_path_factory.mktemp("zones")
    environment = {"TZ": "Europe/Berlin"}
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
