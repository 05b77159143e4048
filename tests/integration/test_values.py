"""Generated values of every type, and generated keys, arrive as they are: by REST into the source,
compared by SQL."""

from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sidecar.resources.display_losses import INEXACT, NOT_SHOWN, PADDED
from tests.integration.round import Round
from tests.stack.awkward.generated import COLLECTIONS, characters, strategies
from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api
from tests.stack.shown.probe import REFUSED, TABLE, samples_in

ROWS = 40
DISPLAYED = {NOT_SHOWN, INEXACT, PADDED}
FEW = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def trip(
    tmp_path_factory: pytest.TempPathFactory,
    version: str,
    database: str,
    destination: DirectusInstance,
) -> Iterator[Round]:
    source = DirectusInstance(
        "values", version, database, workdir=tmp_path_factory.mktemp("values")
    )
    with source, Api(source.url, source.admin_token) as api:
        api.post("/collections", COLLECTIONS)
        yield Round(source, destination, api)


@FEW
@given(data=st.data())
def test_generated_values_arrive_as_they_are(
    trip: Round, database: str, data: st.DataObject
) -> None:
    pools = {
        name: data.draw(st.lists(strategy, min_size=5, max_size=13), name)
        for name, strategy in strategies(database).items()
    }
    rows = [
        {name: pool[number % len(pool)] for name, pool in pools.items()} for number in range(ROWS)
    ]
    assert trip.differences("generated", rows) == []


@pytest.fixture(scope="module")
def used() -> set[str]:
    """Keys that an earlier example has taken."""
    return set()


@FEW
@given(
    keys=st.sets(st.text(characters, min_size=1, max_size=20), min_size=ROWS, max_size=ROWS + 10)
)
def test_generated_keys_arrive_as_they_are(trip: Round, used: set[str], keys: set[str]) -> None:
    fresh = list(islice(sorted(keys - used), ROWS))
    assume(fresh)
    used.update(fresh)
    assert (
        trip.differences("named", [{"name": name, "number": at} for at, name in enumerate(fresh)])
        == []
    )


def test_what_directus_does_not_show_is_named_by_the_dry_run_and_by_each_run(trip: Round) -> None:
    """Every column that loses something, and no other. The verification does not vouch for it."""
    with (
        Api(trip.source.url, trip.source.admin_token) as api,
        samples_in(trip.source, api, TABLE) as samples,
    ):
        dry, first, second = trip.run(dry_run=True), trip.run(), trip.run()
    lost = {one.name for one in samples if one.is_noted}
    left_out = {one.name for one in samples if one.is_left_out}
    for report in (dry, first, second):
        noted = [note for note in report.notes.values() if note.resource == TABLE]
        assert {note.column for note in noted if note.code in DISPLAYED} == lost, noted
        assert report.as_shown
        assert {problem.key for problem in report.problems} == {str(REFUSED)}, report.problems
        assert all(any(name in p.message for p in report.problems) for name in left_out)
        assert report.status == "completed_with_problems", report.problems
    assert second.schema is not None
    assert (second.schema["added"], second.schema["changed"]) == (0, 0)
    assert second.resources[TABLE].created == 0
