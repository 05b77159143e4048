"""Whether Redis and the workers are ready for a run: what ``GET /health`` and ``sidecar doctor``
say of them, with the same codes and sentences."""

from typing import NamedTuple

from redis.exceptions import RedisError

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import count_workers
from sidecar.jobs.redis_state import UNREACHABLE, reason_of, warnings_of

AT_RISK, NO_WORKER = "REDIS_AT_RISK", "NO_WORKER"
START_WORKER = (
    "No worker of this source is running; start `sidecar worker` with the same DIRECTUS_URL"
)
NO_REDIS = "Redis does not answer, so the sidecar cannot look for workers"


class Part(NamedTuple):
    """The state of a part that a migration needs."""

    ok: bool
    # What is wrong, or endangers runs although it is ok. None: nothing.
    code: str | None = None
    # What happened and what to do.
    message: str | None = None


GOOD = Part(ok=True)


def redis_part(space: Keyspace) -> Part:
    """Whether Redis answers, and what endangers runs in it."""
    try:
        space.redis.ping()
        warnings = warnings_of(space.redis)
    except RedisError as error:
        return Part(False, UNREACHABLE, reason_of(error))
    return Part(True, AT_RISK, ". ".join(warnings)) if warnings else GOOD


def worker_part(space: Keyspace) -> Part:
    """Whether a worker of the source runs."""
    try:
        workers = count_workers(space)
    except RedisError:
        return Part(False, UNREACHABLE, NO_REDIS)
    return GOOD if workers else Part(False, NO_WORKER, START_WORKER)
