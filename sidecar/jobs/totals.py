"""Totals over all runs of a source, which ``/metrics`` exposes.

Each worker process adds its share in Redis. The totals identify no run, user or destination.
"""

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
    """The totals of one source, by name. Every method raises RedisError.

    ``rows`` and ``bytes`` were created at destinations, ``retries`` counts repeated requests,
    ``throttles`` counts how often an instance asked to slow down, and ``ended:<status>`` counts
    the runs that ended with that status.
    """

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
        totals = cast(dict[bytes, bytes], self._redis.hgetall(self._key))
        return {name.decode(): int(number) for name, number in totals.items()}

    def count_end(self, pipe: "Pipeline", status: str) -> None:
        """Count a run that ends with ``status``, as part of the transaction of ``pipe``."""
        pipe.hincrby(self._key, ENDED + status, 1)


class RunTally:
    """What one run has added to the totals so far, so that nothing is counted twice. Not safe to
    share between threads."""

    def __init__(self, totals: Totals) -> None:
        self._totals = totals
        self._recorded = {"retries": RETRIES.count}

    def record(
        self, resources: Iterable[Mapping[str, Any]], paces: Iterable[AdaptiveLimiter]
    ) -> None:
        """Add what is new in the ``resources`` of a report and in ``paces``. If Redis fails, the
        next call adds it."""
        rows = list(resources)
        current = {
            "rows": sum(row["created"] for row in rows),
            "bytes": sum(row["bytes"] for row in rows),
            "throttles": sum(pace.refusals for pace in paces),
            "retries": RETRIES.count,
        }
        new = {name: number - self._recorded.get(name, 0) for name, number in current.items()}
        try:
            self._totals.add(new)
        except RedisError as error:
            logger.warning("Record totals failed error=%s", error)
        else:
            self._recorded = current
