"""Generated values and keys arrive as they are in a newer Directus: by REST into the older one,
compared by SQL."""

from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.integration.round import Round
from tests.matrix.directions.pair import in_full_only
from tests.stack.awkward.generated import COLLECTIONS, characters, strategies
from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api

ROWS = 40
FEW = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module", params=["11.1.2", *in_full_only(["11.17.4"])])
def trip(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Round]:
    folder = tmp_path_factory.mktemp("values")
    with (
        DirectusInstance("older", request.param, workdir=folder) as source,
        DirectusInstance("newer", "12.4.0", workdir=folder) as destination,
        Api(source.url, source.admin_token) as api,
    ):
        api.post("/collections", COLLECTIONS)
        yield Round(source, destination, api, force=True)


@FEW
@given(data=st.data())
def test_generated_values_arrive_as_they_are(trip: Round, data: st.DataObject) -> None:
    pools = {
        name: data.draw(st.lists(strategy, min_size=5, max_size=13), name)
        for name, strategy in strategies("sqlite").items()
    }
    rows = [
        {name: pool[number % len(pool)] for name, pool in pools.items()} for number in range(ROWS)
    ]
    assert trip.differences("generated", rows) == []


@pytest.fixture(scope="module")
def used(trip: Round) -> set[str]:
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
