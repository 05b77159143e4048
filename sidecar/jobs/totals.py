"""What all runs together have come to: counted up in Redis by whoever works at a run, as each has a
process of its own, and read by ``/metrics``. Nothing here tells whose runs they were, or where they
went."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, cast

from redis.client import Pipeline
from redis.exceptions import RedisError

from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.directus.retry import RETRIES
from sidecar.jobs.keyspace import Keyspace

logger = logging.getLogger(__name__)
KEY = "totals"
ENDED = "ended:"


class Totals:
    """The totals of one source: rows and bytes that arrived, requests tried again, times that an
    instance asked to slow down, and runs that ended, by status under ``ended:<status>``. Every
    method raises RedisError."""

    def __init__(self, space: Keyspace) -> None:
        self._redis = space.redis
        self._key = space.key(KEY)

    def add(self, numbers: dict[str, int]) -> None:
        with self._redis.pipeline() as pipe:
            for name, number in numbers.items():
                if number:
                    pipe.hincrby(self._key, name, number)
            pipe.execute()

    def read(self) -> dict[str, int]:
        found = cast(dict[bytes, bytes], self._redis.hgetall(self._key))
        return {name.decode(): int(number) for name, number in found.items()}

    def count_ending(self, pipe: "Pipeline", status: str) -> None:
        """Have a run that ends with ``status`` counted by the transaction that says so."""
        pipe.hincrby(self._key, ENDED + status, 1)


class RunTally:
    """What one run has added to the totals so far, so that each row is counted once. Belongs to one
    thread."""

    def __init__(self, totals: Totals) -> None:
        self._totals = totals
        self._told = {"retries": RETRIES.count}

    def tell(
        self, resources: Iterable[Mapping[str, Any]], paces: Iterable[AdaptiveLimiter]
    ) -> None:
        """Add what is new in a report's ``resources`` and ``paces``; what Redis did not take is
        told the next time."""
        rows = list(resources)
        now = {
            "rows": sum(row["created"] for row in rows),
            "bytes": sum(row["bytes"] for row in rows),
            "throttles": sum(pace.refusals for pace in paces),
            "retries": RETRIES.count,
        }
        try:
            self._totals.add(
                {name: number - self._told.get(name, 0) for name, number in now.items()}
            )
        except RedisError as error:
            logger.warning("Redis failed error=%s", error)
        else:
            self._told = now
