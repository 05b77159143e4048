"""What all tests share: the version and database they run on, and one seeded stack a session."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.stack.chance import SEED, VARIABLE
from tests.stack.contents import PEOPLE, SITE
from tests.stack.directus import DEFAULT_VERSION, DirectusInstance
from tests.stack.stack import Stack

# The modules that take longest, the longest first. They begin first, so that none is left to run
# alone at the end.
LONGEST = (
    "test_kills", "test_dead_worker", "test_stages", "test_faults_cancel", "test_shared_files",
    "test_two_sources", "test_interrupted", "test_economy", "test_file_faults", "test_awkward",
    "test_interface", "test_form_page",
)  # fmt: skip
BUNDLE = Path(__file__).parent.parent / "extension"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--directus", default=DEFAULT_VERSION, help="the version of Directus to test with"
    )
    parser.addoption("--database", default="sqlite", help="sqlite, postgres or mariadb")
    parser.addoption(
        "--minutes", default="1.75", help="how long tests/databases draws databases at random"
    )
    parser.addoption("--full", action="store_true", help="with what only `make matrix-full` runs")
    parser.addoption(
        "--artefacts", type=Path, help="a folder for screenshots and logs of the stack"
    )


def pytest_configure(config: pytest.Config) -> None:
    # Not that of whoever runs the tests.
    store = tempfile.mkdtemp(prefix="migration-store-")
    os.environ["MIGRATION_STORE"] = store
    config.add_cleanup(partial(shutil.rmtree, store, ignore_errors=True))
    config.addinivalue_line("markers", "full: for `make matrix-full`; CI has another like it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked ``full``, unless it is asked for, and sort each folder's modules."""
    if not config.getoption("--full"):
        out = [item for item in items if item.get_closest_marker("full")]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]
    folders = list(dict.fromkeys(item.path.parent for item in items))
    ranks = {name: rank for rank, name in enumerate(LONGEST)}

    def order(item: pytest.Item) -> tuple[int, int]:
        return folders.index(item.path.parent), ranks.get(item.path.stem, len(ranks))

    items.sort(key=order)


def pytest_report_header() -> str:
    return f"{VARIABLE}={SEED}"


@pytest.fixture(scope="session")
def version(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--directus"))


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def artefacts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = request.config.getoption("--artefacts") or tmp_path_factory.mktemp("artefacts")
    folder.mkdir(parents=True, exist_ok=True)
    return Path(folder).resolve()


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str, artefacts: Path
) -> Iterator[Stack]:
    """Source (seeded, with the extension), destination (with the same people), Redis, web and
    worker."""
    bundle, folder = bundle_folder(tmp_path_factory), tmp_path_factory.mktemp("stack")
    started = Stack(
        folder, version, database, extension=bundle, source_content=SITE, destination_content=PEOPLE
    )
    with started:
        yield started
        shutil.copytree(started.logs, artefacts / f"logs-{version}-{database}", dirs_exist_ok=True)


@pytest.fixture(scope="module")
def destination(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    """A destination for one module, empty but for the people."""
    folder = tmp_path_factory.mktemp("destination")
    with DirectusInstance(
        "destination", version, database, workdir=folder, content=PEOPLE
    ) as instance:
        yield instance


def bundle_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built extension as ``sidecar install-extension`` lays it out."""
    from sidecar.extension import install

    return install(tmp_path_factory.mktemp("extensions"), BUNDLE)
