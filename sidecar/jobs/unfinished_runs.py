"""What is left to do about runs that ended without a worker: the person is told, and with
MIGRATION_AUTO_RESUME the run is put back in the queue."""

import logging
from contextlib import suppress
from functools import partial

from redis.exceptions import LockError, RedisError

from sidecar.config import Settings
from sidecar.directus.client import CONNECT_SECONDS, Directus
from sidecar.directus.retry import ONCE
from sidecar.errors import BadGateway, InvalidRequest, Overloaded, Unreachable
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import UNDER_WAY, RunStore, State, attempt_of
from sidecar.jobs.start import resume_run
from sidecar.jobs.telling import notify_user

logger = logging.getLogger(__name__)
# Of all sources: a run of an earlier version may be anybody's.
LOCK = "migration:follow-up:{}"
# A source that does not answer is given up before the lock is; who died with the lock in hand holds
# it no longer.
LOCK_SECONDS = CONNECT_SECONDS + ONCE.read_seconds + 5.0
MAX_RESUMES = 3
LATER = (Unreachable, Overloaded, BadGateway)
BY_ITSELF = "The worker stopped in the middle of the run, which is now resumed by itself"


def follow_up(settings: Settings, space: Keyspace) -> None:
    """Do it for all such runs; what cannot be done now, as the source or Redis is away, is done the
    next time. A person is told twice when somebody dies between telling and noting it down."""
    store = RunStore(space)
    try:
        for entry in store.pending_notifications():
            # LockError: somebody else is at it.
            lock = space.redis.lock(LOCK.format(entry[0]), LOCK_SECONDS, blocking=False)
            with suppress(LockError), lock:
                if entry in store.pending_notifications():
                    _follow_up(settings, space, store, *entry)
    except RedisError as error:
        logger.warning("Redis failed error=%s", error)


def _follow_up(
    settings: Settings, space: Keyspace, store: RunStore, run_id: str, attempt: int
) -> None:
    try:
        document = store.summary(run_id)
        # Otherwise somebody has resumed it meanwhile.
        if document["status"] not in UNDER_WAY and attempt_of(document) == attempt:
            resumes = _is_to_resume(settings, document)
            document |= {"message": BY_ITSELF} if resumes else {}
            with Directus(settings.source.url, settings.source.token, patience=ONCE) as source:
                notify_user(
                    source, store.order(run_id), document, partial(store.log, run_id), LATER
                )
            # Only now: while the source is away, a run that is resumed would not get far.
            if resumes:
                resume_run(settings, space, run_id, by_itself=True)
    except LATER as error:
        logger.warning("Person is told later run=%s error=%s", run_id, error.message)
        return
    except InvalidRequest as error:
        logger.warning("Not resumed run=%s error=%s", run_id, error.message)
    store.told(run_id, attempt)


def _is_to_resume(settings: Settings, state: State) -> bool:
    resumed = state.get("resumed_by_itself", 0)
    return bool(settings.auto_resume and state["status"] == "interrupted" and resumed < MAX_RESUMES)
