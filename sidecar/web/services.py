"""What the views work with; made once by ``create_app``."""

from dataclasses import dataclass

from redis import Redis

from sidecar.config import Settings
from sidecar.jobs.runs import RunStore


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    redis: "Redis"
    runs: RunStore
