"""The order of a run: who asked for which migration."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sidecar.migration.request import EMPTY, MigrationRequest
from sidecar.migration.selection import read_selection


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

    @property
    def link(self) -> str:
        """The address of the run's page in the source's Data Studio."""
        return f"{self.public_url}/admin/migration/runs/{self.id}"

    def to_json(self) -> str:
        """The order as it is stored in Redis."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> "RunOrder":
        """Read an order that this or an earlier version stored."""
        document = json.loads(text)
        # Runs of an earlier version always left missing references empty.
        choices = {"references": EMPTY, **document["request"]}
        choices["options"] = tuple(choices["options"])
        choices["selection"] = read_selection(choices.get("selection", {}))
        return cls(**{**document, "request": MigrationRequest(**choices)})


def utc_now() -> str:
    """The current time in UTC, as ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
