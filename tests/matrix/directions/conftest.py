"""What the tests of all directions share: one pair a direction, and one seeded instance a
database."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.matrix.directions.instances import Bare
from tests.matrix.directions.pair import DIRECTIONS, Pair, Seeded
from tests.stack.contents import PEOPLE
from tests.stack.directus import DirectusInstance


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "of_directions(source, destination): only from or to this database"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the directions that a test is not about."""
    out = [item for item in items if not _is_about(item)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


def _is_about(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("of_directions")
    if marker is None or not isinstance(item, pytest.Function):
        return True
    direction = item.callspec.params["pair"]
    return all(getattr(direction, side) == database for side, database in marker.kwargs.items())


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    with ExitStack() as started:
        yield Seeded(tmp_path_factory.mktemp("seeded"), started)


# As it is made for a whole session, the tests of all modules are run direction by direction.
@pytest.fixture(scope="session", params=DIRECTIONS, ids=str)
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, seeded: Seeded
) -> Iterator[Pair]:
    direction = request.param
    folder = tmp_path_factory.mktemp(str(direction))
    with DirectusInstance(
        "destination", direction.version, direction.destination, workdir=folder, content=PEOPLE
    ) as destination:
        yield Pair(direction, seeded, destination)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """Instances with nothing in them, by database and version."""
    folder = tmp_path_factory.mktemp("bare")

    @cache
    def on(database: str, version: str) -> DirectusInstance:
        return started.enter_context(
            DirectusInstance(f"bare-{database}-{version}", version, database, workdir=folder)
        )

    with ExitStack() as started:
        yield on
