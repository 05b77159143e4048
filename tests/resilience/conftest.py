"""What the tests of this folder share: one small site whose destination is emptied before each
test, and one lab."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.resilience.lab import Lab
from tests.resilience.runs import Pair, direct
from tests.resilience.site import empty_site, make_site
from tests.stack.pair import bare_pair
from tests.stack.seed.api import Api


@pytest.fixture(scope="package")
def two_sites(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[Pair]:
    """A source with the small site, and a destination."""
    with bare_pair(tmp_path_factory.mktemp("sites"), version, database) as pair:
        make_site(pair.source)
        with Api(pair.destination.url, pair.destination.admin_token) as api:
            # The author of everything, known at the destination by the e-mail.
            api.post("/users", {"email": pair.source.admin_email})
        yield direct(*pair)


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
