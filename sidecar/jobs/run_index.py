"""Which runs exist, which are active, and whose users still have to be notified."""

from datetime import UTC, datetime
from typing import cast

from redis.client import Pipeline

from sidecar.jobs.keyspace import Keyspace, legacy_key

KEPT_SECONDS = 30 * 24 * 3600
# The names that an earlier version of the sidecar used stay in use.
ALL_RUNS, ACTIVE, PENDING_NOTIFICATIONS = "runs", "runs:open", "runs:untold"


class RunIndex:
    """The lists of runs of one source.

    Methods that take a ``pipe`` add their commands to its transaction. Every method raises
    RedisError.
    """

    def __init__(self, space: Keyspace) -> None:
        self._space = space
        self._redis = space.redis

    def add(self, pipe: "Pipeline", run_id: str) -> None:
        """Add a new, active run, and remove runs that are older than KEPT_SECONDS."""
        seconds = datetime.now(UTC).timestamp()
        self.mark_active(pipe, run_id)
        pipe.zadd(self._space.key(ALL_RUNS), {run_id: seconds})
        for key in self._keys(ALL_RUNS):
            pipe.zremrangebyscore(key, 0, seconds - KEPT_SECONDS)

    def remove(self, pipe: "Pipeline", run_id: str) -> None:
        """Remove a run from all lists of active and past runs."""
        pipe.zrem(self._space.key(ALL_RUNS), run_id)
        self.mark_inactive(pipe, run_id)

    def newest(self, limit: int) -> list[str]:
        """The ids of at least the ``limit`` newest runs, the newest first. Some may have no record
        any more. 0 means all."""
        times = dict(self._times(self._space.key(ALL_RUNS), limit))
        legacy_times = dict(self._times(legacy_key(ALL_RUNS)))
        times |= {run_id: legacy_times[run_id] for run_id in self._space.legacy_runs(legacy_times)}
        return sorted(times, key=lambda run_id: -times[run_id])

    def all(self) -> list[str]:
        """The ids of all runs that are kept, also of those whose record has just expired."""
        return self.newest(0)

    def active(self) -> list[str]:
        """The ids of all runs that are queued or running."""
        return self._members(ACTIVE)

    def mark_active(self, pipe: "Pipeline", run_id: str) -> None:
        pipe.sadd(self._space.key(ACTIVE), run_id)

    def mark_inactive(self, pipe: "Pipeline", run_id: str) -> None:
        for key in self._keys(ACTIVE):
            pipe.srem(key, run_id)

    def forget(self, run_id: str) -> None:
        """Stop listing a run as active because its record has expired."""
        with self._redis.pipeline() as pipe:
            self.mark_inactive(pipe, run_id)
            pipe.execute()

    def pending_notifications(self) -> list[tuple[str, int]]:
        """The run id and number of each attempt that ended without a worker to notify the user."""
        members = (member.rpartition(":") for member in self._members(PENDING_NOTIFICATIONS))
        return [(run_id, int(attempt)) for run_id, _, attempt in members]

    def add_pending_notification(self, pipe: "Pipeline", run_id: str, attempt: int) -> None:
        pipe.sadd(self._space.key(PENDING_NOTIFICATIONS), _attempt_member(run_id, attempt))

    def remove_pending_notification(self, run_id: str, attempt: int) -> None:
        for key in self._keys(PENDING_NOTIFICATIONS):
            self._redis.srem(key, _attempt_member(run_id, attempt))

    def _keys(self, name: str) -> tuple[str, str]:
        """The key of ``name`` for this source, and the legacy key of all sources."""
        return self._space.key(name), legacy_key(name)

    def _times(self, key: str, limit: int = 0) -> list[tuple[str, float]]:
        """The ``limit`` newest runs of a list with their times (Unix seconds); 0 means all."""
        pairs = cast(
            list[tuple[bytes, float]], self._redis.zrevrange(key, 0, limit - 1, withscores=True)
        )
        return [(run_id.decode(), seconds) for run_id, seconds in pairs]

    def _members(self, name: str) -> list[str]:
        """The members of a set that belong to this source. A member is, or begins with, a run
        id."""
        members, legacy_members = (
            {member.decode() for member in cast(set[bytes], self._redis.smembers(key))}
            for key in self._keys(name)
        )
        runs = set(self._space.legacy_runs(member.partition(":")[0] for member in legacy_members))
        return sorted(
            members | {member for member in legacy_members if member.partition(":")[0] in runs}
        )


def _attempt_member(run_id: str, attempt: int) -> str:
    return f"{run_id}:{attempt}"
