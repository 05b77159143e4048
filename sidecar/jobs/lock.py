"""The lock of a destination: only one run at a time may write to it.

The lock is taken when a run is enqueued, and it names that run. All sources that share a Redis
server share these locks, so two sources never write to one destination at the same time.
"""

import hashlib
from collections.abc import Callable
from typing import NamedTuple, cast

from redis.client import Pipeline

from sidecar.jobs.keyspace import Keyspace, legacy_key

KEY = "destination:{}"
IDENTITY = "identity:"
# The lock expires, so a process that is killed before its run is enqueued does not keep it.
RESERVED_SECONDS = 30
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class LockOwner(NamedTuple):
    """The run that owns the lock of a destination."""

    # The fingerprint of the run's source, or "" for a run that an earlier version started.
    source: str
    run_id: str

    @property
    def text(self) -> str:
        """The value of the lock in Redis."""
        return f"{self.source}:{self.run_id}" if self.source else self.run_id


class DestinationLock:
    """The lock of the destination at ``destination_url``, for the runs of one source.

    One instance has several addresses, such as ``localhost`` and ``127.0.0.1``. So the lock covers
    the ``identity`` of its project too, where it is known.
    """

    def __init__(self, space: Keyspace, destination_url: str, identity: str = "") -> None:
        names = (destination_url, f"{IDENTITY}{identity}") if identity else (destination_url,)
        self._keys = [_Key(space, name) for name in names]

    def reserve(self, run_id: str, is_active: Callable[[LockOwner], bool]) -> LockOwner | None:
        """Take the lock for RESERVED_SECONDS, for a run that is not enqueued yet.

        Returns None on success, also if the run owns the lock already. Otherwise returns the
        other run that owns it. A lock is taken from an owner that is not ``is_active``.
        """
        for key in self._keys:
            if owner := key.reserve(run_id, is_active):
                self.release(run_id)
                return owner
        return None

    def owner(self, is_active: Callable[[LockOwner], bool]) -> LockOwner | None:
        """The run that owns the lock, if it is about to be enqueued or ``is_active``."""
        return next((owner for key in self._keys if (owner := key.owner(is_active))), None)

    def has_address_of(self, owner: LockOwner) -> bool:
        """Whether ``owner`` has the address, and not only the project under another one."""
        return self._keys[0].has_owner(owner)

    def is_owned_by(self, run_id: str) -> bool:
        """Whether the run owns the lock."""
        return all(key.is_owned_by(run_id) for key in self._keys)

    def persist(self, pipe: "Pipeline | None" = None) -> None:
        """Keep the lock until it is released. Joins the transaction of ``pipe`` if given."""
        for key in self._keys:
            key.persist(pipe)

    def release(self, run_id: str, pipe: "Pipeline | None" = None) -> None:
        """Release the lock if ``run_id`` owns it. Joins the transaction of ``pipe`` if given."""
        for key in self._keys:
            key.release(run_id, pipe)


class _Key:
    """One key of a lock in Redis, for one name of the destination."""

    def __init__(self, space: Keyspace, name: str) -> None:
        self._redis = space.redis
        self._source = space.source
        self._key = legacy_key(KEY.format(hashlib.sha256(name.encode()).hexdigest()))

    def reserve(self, run_id: str, is_active: Callable[[LockOwner], bool]) -> LockOwner | None:
        candidate = LockOwner(self._source, run_id)
        while not self._redis.set(self._key, candidate.text, nx=True, ex=RESERVED_SECONDS):
            owner = self._owner()
            if owner and owner.run_id == run_id:
                return None
            if owner and (self._is_reserved() or is_active(owner)):
                return owner
            if owner:
                self._release(owner, None)
        return None

    def owner(self, is_active: Callable[[LockOwner], bool]) -> LockOwner | None:
        owner = self._owner()
        return owner if owner and (self._is_reserved() or is_active(owner)) else None

    def has_owner(self, owner: LockOwner) -> bool:
        return self._owner() == owner

    def is_owned_by(self, run_id: str) -> bool:
        owner = self._owner()
        return owner is not None and owner.run_id == run_id

    def persist(self, pipe: "Pipeline | None") -> None:
        (self._redis if pipe is None else pipe).persist(self._key)

    def release(self, run_id: str, pipe: "Pipeline | None") -> None:
        for owner in (LockOwner(self._source, run_id), LockOwner("", run_id)):
            self._release(owner, pipe)

    def _release(self, owner: LockOwner, pipe: "Pipeline | None") -> None:
        (self._redis if pipe is None else pipe).eval(RELEASE, 1, self._key, owner.text)

    def _is_reserved(self) -> bool:
        return self._redis.ttl(self._key) >= 0

    def _owner(self) -> LockOwner | None:
        value = cast(bytes | None, self._redis.get(self._key))
        if value is None:
            return None
        source, _, run_id = value.decode().rpartition(":")
        return LockOwner(source, run_id)
