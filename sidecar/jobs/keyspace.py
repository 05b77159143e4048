"""Redis keys of one source. Sidecars of several sources can share one Redis server."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from redis import Redis

from sidecar.address import destination_address

PREFIX = "migration"
FINGERPRINT_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Keyspace:
    """The keys and the queue of one source.

    An earlier version of the sidecar kept the records of all sources under the same keys, without
    a source in their names ("legacy" keys). This keyspace also reads a legacy record if the record
    names this source, or names no source because the run never reached it.
    """

    redis: "Redis"
    # The fingerprint of the source's address.
    source: str

    @classmethod
    def of(cls, redis: "Redis", source_url: str) -> "Keyspace":
        """The keyspace of the source at ``source_url``."""
        return cls(redis, fingerprint(source_url))

    @classmethod
    def of_queue(cls, redis: "Redis", name: str) -> "Keyspace":
        """The keyspace of the source whose queue is called ``name``."""
        return cls(redis, name.removeprefix(f"{PREFIX}-"))

    @property
    def queue(self) -> str:
        """The name of the queue that the workers of this source listen to."""
        return f"{PREFIX}-{self.source}"

    def key(self, name: str) -> str:
        """The key under which this source keeps ``name``."""
        return f"{PREFIX}:{self.source}:{name}"

    def run_key(self, run_id: str) -> str:
        """The key of a run's record. The parts of a run append a colon and their name to it."""
        key = self.key(f"run:{run_id}")
        if self.redis.exists(key) or not self._has_legacy(run_id):
            return key
        return legacy_key(f"run:{run_id}")

    def legacy_runs(self, run_ids: Iterable[str]) -> list[str]:
        """The ids among ``run_ids`` whose legacy record belongs to this source."""
        return [run_id for run_id in run_ids if self._has_legacy(run_id)]

    def legacy_state(self, run_id: str) -> dict[str, Any] | None:
        """The state in a legacy record of any source, or None if there is no such record."""
        state = cast(bytes | None, self.redis.hget(legacy_key(f"run:{run_id}"), "state"))
        return None if state is None else json.loads(state)

    def _has_legacy(self, run_id: str) -> bool:
        state = self.legacy_state(run_id)
        if state is None:
            return False
        source = state.get("source")
        return source is None or fingerprint(source["url"]) == self.source


def legacy_key(name: str) -> str:
    """The key under which an earlier version of the sidecar kept ``name`` for all sources."""
    return f"{PREFIX}:{name}"


def fingerprint(source_url: str) -> str:
    """A hash of an address. All spellings of one address have the same hash."""
    normal_url = destination_address(source_url)
    return hashlib.sha256(normal_url.encode()).hexdigest()[:FINGERPRINT_DIGITS]
