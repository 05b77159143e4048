"""One run per destination at a time: the lock is taken with the enqueue and names the run that holds it."""

import hashlib
from collections.abc import Callable
from typing import cast

from redis import Redis
from redis.client import Pipeline

KEY = "migration:destination:{}"
# Who is killed between taking it and what it is taken for has it no longer.
RESERVED_SECONDS = 30
FREE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class DestinationLock:
    """The lock of one destination, by its address."""

    def __init__(self, redis: "Redis", destination_url: str) -> None:
        self._redis = redis
        self._key = KEY.format(hashlib.sha256(destination_url.encode()).hexdigest())

    def reserve(self, run_id: str, is_alive: Callable[[str], bool]) -> str | None:
        """Take it for ``run_id``, which is not under way yet, for RESERVED_SECONDS; returns None, or the run that holds
        it: one that ``is_alive``, or for which it is reserved."""
        while not self._redis.set(self._key, run_id, nx=True, ex=RESERVED_SECONDS):
            holder = self._holder()
            if holder == run_id:
                return None
            if holder and (self._is_reserved() or is_alive(holder)):
                return holder
            if holder:
                self.free(holder)
        return None

    def keep(self, pipe: "Pipeline | None" = None) -> None:
        """Until it is freed; with ``pipe`` as a part of that transaction."""
        (self._redis if pipe is None else pipe).persist(self._key)

    def free(self, run_id: str, pipe: "Pipeline | None" = None) -> None:
        """Give it back, if ``run_id`` still holds it; with ``pipe`` as a part of that transaction."""
        (self._redis if pipe is None else pipe).eval(FREE, 1, self._key, run_id)

    def _is_reserved(self) -> bool:
        return self._redis.ttl(self._key) >= 0

    def _holder(self) -> str | None:
        value = cast(bytes | None, self._redis.get(self._key))
        return value.decode() if value else None
