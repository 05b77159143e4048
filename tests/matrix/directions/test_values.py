"""Generated values and keys arrive in another database, to the precision of its columns."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.integration.round import Round
from tests.matrix.directions.instances import Bare, trip_with
from tests.matrix.directions.pair import Pair
from tests.stack.awkward.generated import COLLECTIONS, held_by_both, keys_of_both
from tests.stack.dump import dump

ROWS = 120
FEW = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    # To shrink a failure would take a migration a step.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def trip(pair: Pair, bare: Bare) -> Iterator[Round]:
    """From an instance with the collections of these tests, which it has for one direction at a
    time."""
    with trip_with(pair, bare, COLLECTIONS) as trip:
        yield trip


@FEW
@given(data=st.data())
def test_generated_values_mean_the_same(trip: Round, pair: Pair, data: st.DataObject) -> None:
    pools = {
        name: data.draw(st.lists(strategy, min_size=13, max_size=29), name)
        for name, strategy in held_by_both(
            pair.direction.source, pair.direction.destination
        ).items()
    }
    rows = [
        {name: pool[number % len(pool)] for name, pool in pools.items()} for number in range(ROWS)
    ]
    assert trip.differences("generated", rows) == []


def test_generated_keys_are_the_same(trip: Round, pair: Pair) -> None:
    used: set[str] = set()

    @FEW
    @given(
        keys=st.sets(
            keys_of_both(pair.direction.source, pair.direction.destination),
            min_size=ROWS,
            max_size=ROWS + 10,
        )
    )
    def arrive(keys: set[str]) -> None:
        fresh = sorted(keys - used)
        used.update(fresh)
        assert (
            trip.differences(
                "named", [{"name": name, "number": at} for at, name in enumerate(fresh)]
            )
            == []
        )

    arrive()


def test_a_second_run_changes_nothing(trip: Round, pair: Pair) -> None:
    before = dump(pair.destination.database)
    report = trip.run()
    assert (report.status, report.problems) == ("completed", [])
    rows = {name: row for name, row in report.resources.items() if name in ("generated", "named")}
    assert {(row.created, row.skipped, row.verified) for row in rows.values()} == {
        (0, row.source, row.source) for row in rows.values()
    }
    assert dump(pair.destination.database) == before
