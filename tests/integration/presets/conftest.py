"""A sidecar without presets, and one whose environment has defaults."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.integration.presets.presets import presets_of
from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.sidecar_processes import SidecarWeb
from tests.stack.stack import Stack

ELSEWHERE = "https://elsewhere.example.com"
BUNDLE = "migration_bundle"


@pytest.fixture(scope="module")
def sidecar(stack: Stack) -> SidecarClient:
    return SidecarClient(stack, admin_id(stack.source))


@pytest.fixture(scope="module")
def with_defaults(
    stack: Stack, destination: DirectusInstance, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SidecarClient]:
    """Another web process of the same sidecar, with defaults in its environment."""
    defaults = {
        "MIGRATION_BUNDLE_DEFAULT_URL": f"{destination.url}/admin/",
        "MIGRATION_BUNDLE_DEFAULT_TOKEN": destination.admin_token,
        "MIGRATION_BUNDLE_DEFAULT_OPTIONS": "users",
    }
    web = SidecarWeb(replace(stack.sidecar, environment=defaults), tmp_path_factory.mktemp("web"))
    web.start()
    try:
        yield SidecarClient(stack, admin_id(stack.source), web.url)
    finally:
        web.process.stop()


@pytest.fixture
def api(stack: Stack) -> Iterator[Api]:
    with Api(stack.source.url, stack.source.admin_token) as api:
        yield api


@pytest.fixture(autouse=True)
def tidy(sidecar: SidecarClient) -> Iterator[None]:
    """Every test begins and ends without presets that the administrator sees."""
    yield
    for preset in presets_of(sidecar):
        assert sidecar.delete(f"/presets/{preset['id']}").status_code == 204
