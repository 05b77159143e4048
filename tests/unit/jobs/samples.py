"""A run for the tests of the jobs package, and settings to handle it with."""

from pathlib import Path
from typing import Any

from sidecar.config import Settings, SourceSettings, StoreSettings
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock
from sidecar.jobs.run_order import RunOrder, utc_now
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.migration.request import MigrationRequest

SOURCE, DESTINATION = "http://source", "http://destination"
# Nothing listens on this port.
UNREACHABLE = "http://127.0.0.1:9"
RUN_ID = "6f1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10"
SECRET = "s" * 32
# Nobody can write there.
NO_STORE = StoreSettings(Path("/proc/no/store"))
ORDER = RunOrder(
    RUN_ID,
    "me",
    DESTINATION,
    "https://cms.example.com",
    MigrationRequest(("users",), dry_run=False),
    utc_now(),
    source_url=SOURCE,
    source_identity="project",
)


def settings(url: str = SOURCE, *, auto_resume: bool = False) -> Settings:
    """Settings with the source at ``url``."""
    source = SourceSettings(url, "token")
    return Settings(source, "redis://nowhere", SECRET, NO_STORE, auto_resume=auto_resume)


def space_with_run(redis: Any) -> Keyspace:
    """A keyspace with one run that has its destination and its token, but is in no queue."""
    space = Keyspace.of(redis, SOURCE)
    RunStore(space).create(ORDER)
    DestinationLock(space, DESTINATION).reserve(RUN_ID, lambda owner: True)
    TokenVault(space, SECRET).keep(ORDER, "token")
    return space


def status_of(space: Keyspace) -> str:
    """The status of the run."""
    return str(RunStore(space).state(RUN_ID)["status"])
