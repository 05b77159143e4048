"""What the tests of this folder share: one small site whose destination is emptied before each test, and one lab."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.resilience.lab import Lab
from tests.resilience.runs import Pair, direct
from tests.resilience.site import empty_site, make_site
from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api


@pytest.fixture(scope="package")
def two_sites(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    """A source with the small site, and a destination."""
    folder: Path = tmp_path_factory.mktemp("sites")
    instances = [DirectusInstance(name, version, database, workdir=folder) for name in ("from", "to")]
    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(DirectusInstance.start, instances))
        make_site(instances[0])
        with Api(instances[1].url, instances[1].admin_token) as api:
            # The author of everything, known at the destination by the e-mail.
            api.post("/users", {"email": instances[0].admin_email})
        yield direct(*instances)
    finally:
        for instance in instances:
            instance.remove()


@pytest.fixture
def sites(two_sites: Pair) -> Pair:
    """The two of them, the destination without content."""
    empty_site(two_sites.destination)
    return two_sites


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory, version: str, artefacts: Path) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("lab"), version) as lab:
        try:
            yield lab
        finally:
            shutil.copytree(lab.stack.logs, artefacts / "logs-resilience", dirs_exist_ok=True)
