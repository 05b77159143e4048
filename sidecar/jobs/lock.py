"""One run per destination at a time: the lock is taken with the enqueue, and names the run that
holds it.

The sources that share a Redis share these locks: two of them must not write to one destination at
the same time.
"""

import hashlib
from collections.abc import Callable
from typing import NamedTuple, cast

from redis.client import Pipeline

from sidecar.jobs.keyspace import Keyspace, earlier_key

KEY = "destination:{}"
# The lock expires, so a process that is killed before its run is enqueued does not keep it.
RESERVED_SECONDS = 30
FREE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Holder(NamedTuple):
    """The run that holds a destination, and its source's fingerprint: "" for a run that an earlier
    version started."""

    source: str
    run_id: str

    @property
    def text(self) -> str:
        """How the lock names it."""
        return f"{self.source}:{self.run_id}" if self.source else self.run_id


class DestinationLock:
    """The lock of one destination, by its address, for the runs of one source."""

    def __init__(self, space: Keyspace, destination_url: str) -> None:
        self._redis = space.redis
        self._source = space.source
        self._key = earlier_key(KEY.format(hashlib.sha256(destination_url.encode()).hexdigest()))

    def reserve(self, run_id: str, is_alive: Callable[[Holder], bool]) -> Holder | None:
        """Take it for ``run_id``, which is not under way yet, for RESERVED_SECONDS; returns None,
        or the run that holds it: one that ``is_alive``, or for which it is reserved."""
        wanted = Holder(self._source, run_id)
        while not self._redis.set(self._key, wanted.text, nx=True, ex=RESERVED_SECONDS):
            holder = self._holder()
            if holder and holder.run_id == run_id:
                return None
            if holder and (self._is_reserved() or is_alive(holder)):
                return holder
            if holder:
                self._free(holder, None)
        return None

    def keep(self, pipe: "Pipeline | None" = None) -> None:
        """Until it is freed; with ``pipe`` as a part of that transaction."""
        (self._redis if pipe is None else pipe).persist(self._key)

    def free(self, run_id: str, pipe: "Pipeline | None" = None) -> None:
        """Give it back, if ``run_id`` still holds it; with ``pipe`` as a part of that
        transaction."""
        for holder in (Holder(self._source, run_id), Holder("", run_id)):
            self._free(holder, pipe)

    def _free(self, holder: Holder, pipe: "Pipeline | None") -> None:
        (self._redis if pipe is None else pipe).eval(FREE, 1, self._key, holder.text)

    def _is_reserved(self) -> bool:
        return self._redis.ttl(self._key) >= 0

    def _holder(self) -> Holder | None:
        value = cast(bytes | None, self._redis.get(self._key))
        if value is None:
            return None
        source, _, run_id = value.decode().rpartition(":")
        return Holder(source, run_id)
