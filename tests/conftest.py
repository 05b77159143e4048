"""What all tests share: the version and database they run on, and one seeded stack a session."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.stack.chance import SEED, VARIABLE
from tests.stack.directus import DEFAULT_VERSION, DirectusInstance
from tests.stack.seed import seed_people, seed_source
from tests.stack.stack import Stack

BUNDLE = Path(__file__).parent.parent / "extension"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--directus", default=DEFAULT_VERSION, help="the version of Directus to test with"
    )
    parser.addoption("--database", default="sqlite", help="sqlite, postgres or mariadb")
    parser.addoption(
        "--artefacts", type=Path, help="a folder for screenshots and logs of the stack"
    )


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
    started = Stack(
        tmp_path_factory.mktemp("stack"),
        version,
        database,
        extension=bundle_folder(tmp_path_factory),
    )
    with started:
        source, destination = started.source, started.destination
        with ThreadPoolExecutor() as pool:
            people = pool.submit(seed_people, destination.url, destination.admin_token)
            seed_source(source.url, source.admin_token)
            people.result()
        yield started
        shutil.copytree(started.logs, artefacts / f"logs-{version}-{database}", dirs_exist_ok=True)


@pytest.fixture(scope="module")
def destination(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    """A destination for one module, empty but for the people."""
    folder = tmp_path_factory.mktemp("destination")
    with DirectusInstance("destination", version, database, workdir=folder) as instance:
        seed_people(instance.url, instance.admin_token)
        yield instance


def bundle_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built extension as ``sidecar install-extension`` lays it out."""
    from sidecar.extension import install

    return install(tmp_path_factory.mktemp("extensions"), BUNDLE)
