"""The order of a run: who asked for which migration."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sidecar.errors import InvalidRequest
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock
from sidecar.migration.request import EMPTY, MigrationRequest, known_fields, read_request

# Becomes higher when a worker of the version before would execute an order wrongly, and with every
# new field of RunOrder or MigrationRequest: such a worker drops the field, so it would take the
# order that is sealed with the token for a changed one (ORDER_CHANGED) instead of naming itself
# (WORKER_OUTDATED).
ORDER_VERSION = 3
OUTDATED = (
    "This run was ordered with a later version of the sidecar than this worker has. Nothing was "
    "written. Update the workers, and start the run again"
)


@dataclass(frozen=True, slots=True)
class RunOrder:
    """One ordered migration. It never changes after it is stored."""

    id: str
    # The id of the user of the source who started the run.
    user: str
    destination_url: str
    # The address under which browsers reach the source, used in links.
    public_url: str
    request: MigrationRequest
    # UTC, ISO 8601.
    created_at: str
    user_name: str = ""
    # Names the saved token that the run uses; None if the token was typed.
    token_from: str | None = None
    # Name the source of the run; both are "" in orders of an earlier version.
    source_url: str = ""
    source_identity: str = ""
    # A hash of the identity of the destination's project; "" in orders of an earlier version and
    # of the command line.
    destination_identity: str = ""
    # The id of the dry run that this run carries out. None: it makes its own plan.
    plan: str | None = None
    # The ORDER_VERSION of the sidecar that took the order.
    version: int = ORDER_VERSION

    @property
    def link(self) -> str:
        """The address of the run's page in the source's Data Studio."""
        return f"{self.public_url}/admin/migration/runs/{self.id}"

    def to_json(self) -> str:
        """The order as it is stored in Redis."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> "RunOrder":
        """Read an order that this or another version stored. What a later version has added is left
        out: ``require_known_version`` tells that something is missing."""
        # An order of an earlier version has no version.
        document = {"version": 0, **json.loads(text)}
        # Runs of an earlier version always left missing references empty.
        request = read_request({"references": EMPTY, **document["request"]})
        return cls(**{**known_fields(cls, document), "request": request})

    def require_known_version(self) -> None:
        """Raises InvalidRequest (WORKER_OUTDATED) for an order of a later version."""
        if self.version > ORDER_VERSION:
            raise InvalidRequest(OUTDATED, code="WORKER_OUTDATED", status=409)


def lock_of(space: Keyspace, order: RunOrder) -> DestinationLock:
    """The lock that the run of an order needs."""
    return DestinationLock(space, order.destination_url, order.destination_identity)


def utc_now() -> str:
    """The current time in UTC, as ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
