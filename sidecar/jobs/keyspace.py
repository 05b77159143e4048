"""The part of a Redis that belongs to one source. Sidecars of several sources may share one
Redis."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from redis import Redis

from sidecar.address import destination_address

PREFIX = "migration"
DIGITS = 16


@dataclass(frozen=True, slots=True)
class Keyspace:
    """The keys and the queue of one source in ``redis``; ``source`` is the fingerprint of its
    address.

    An earlier version of the sidecar kept all records under keys without a source. Those are found
    where their source is this one, or is not known as they never came that far."""

    redis: "Redis"
    source: str

    @classmethod
    def of(cls, redis: "Redis", source_url: str) -> "Keyspace":
        """That of the source at ``source_url``."""
        return cls(redis, fingerprint(source_url))

    @classmethod
    def of_queue(cls, redis: "Redis", name: str) -> "Keyspace":
        """That of the source whose queue has this ``name``."""
        return cls(redis, name.removeprefix(f"{PREFIX}-"))

    @property
    def queue(self) -> str:
        """The name of the queue that the workers of this source listen to."""
        return f"{PREFIX}-{self.source}"

    def key(self, name: str) -> str:
        """The key of this source's ``name``."""
        return f"{PREFIX}:{self.source}:{name}"

    def run(self, run_id: str) -> str:
        """The key of a run's record, to which those of its parts add a colon and their name."""
        own = self.key(f"run:{run_id}")
        return (
            own
            if self.redis.exists(own) or not self._has_earlier(run_id)
            else earlier_key(f"run:{run_id}")
        )

    def earlier_runs(self, run_ids: Iterable[str]) -> list[str]:
        """Those of ``run_ids``, which an earlier version listed, that are not another source's."""
        return [run_id for run_id in run_ids if self._has_earlier(run_id)]

    def earlier_state(self, run_id: str) -> dict[str, Any] | None:
        """The state of a run that an earlier version recorded, of whatever source."""
        state = cast(bytes | None, self.redis.hget(earlier_key(f"run:{run_id}"), "state"))
        return None if state is None else json.loads(state)

    def _has_earlier(self, run_id: str) -> bool:
        state = self.earlier_state(run_id)
        if state is None:
            return False
        source = state.get("source")
        return source is None or fingerprint(source["url"]) == self.source


def earlier_key(name: str) -> str:
    """The key under which an earlier version of the sidecar kept ``name``, of all sources
    together."""
    return f"{PREFIX}:{name}"


def fingerprint(source_url: str) -> str:
    """The same for each spelling of one address; it tells nobody the address."""
    return hashlib.sha256(destination_address(source_url).encode()).hexdigest()[:DIGITS]
