"""Databases drawn at random keep what is true of any migration.

Tries for two minutes; ``--minutes 60`` tries for an hour and lists all that it found. What is drawn
hangs on MIGRATION_TEST_SEED, which pytest's header tells.
"""

import time
from collections.abc import Iterator

import pytest

from tests.databases.hunt import Hunt, report
from tests.databases.reset import Reset
from tests.stack.pair import Pair, bare_pair

# Making a finding smaller may take so long once the time is over.
REDUCE_SECONDS = 60
SHORT = 5


@pytest.fixture(scope="module")
def hunt(
    tmp_path_factory: pytest.TempPathFactory,
    version: str,
    database: str,
    request: pytest.FixtureRequest,
) -> Iterator[Hunt]:
    minutes = float(request.config.getoption("--minutes"))
    deadline = time.monotonic() + minutes * 60
    folder = tmp_path_factory.mktemp("generated")
    with bare_pair(folder, version, database) as pair:
        resets = [Reset(side, folder) for side in Pair(*pair)]
        first_only = minutes < SHORT
        yield Hunt(pair, resets, database, deadline, REDUCE_SECONDS, first_only)


def test_any_database_arrives_or_is_named(hunt: Hunt) -> None:
    hunt.run()
    print(f"{hunt.tried} databases tried")
    if hunt.found:
        pytest.fail(report(hunt), pytrace=False)
    assert hunt.tried > 0
