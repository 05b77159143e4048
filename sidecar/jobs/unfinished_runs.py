"""Handles runs that ended without a worker: notifies their users and, with MIGRATION_AUTO_RESUME,
resumes interrupted ones."""

import logging
from contextlib import suppress
from functools import partial

from redis.exceptions import LockError, RedisError

from sidecar.config import Settings
from sidecar.directus.client import CONNECT_SECONDS, Directus
from sidecar.directus.retry import ONCE
from sidecar.errors import BadGateway, InvalidRequest, Overloaded, Unreachable
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.notification import RESUMED_AUTOMATICALLY, notify_user
from sidecar.jobs.resume import AUTO_RESUMES, resume_run
from sidecar.jobs.run_state import State, attempt_of, is_active
from sidecar.jobs.run_store import RunStore

logger = logging.getLogger(__name__)
# All sources share these locks, because a run of an earlier version can belong to any source.
LOCK = "migration:follow-up:{}"
# Longer than a notification takes if the source does not answer. The lock expires, so a killed
# process does not keep it.
LOCK_SECONDS = CONNECT_SECONDS + ONCE.read_seconds + 5.0
MAX_AUTO_RESUMES = 3
TRY_AGAIN_LATER = (Unreachable, Overloaded, BadGateway)


def handle_unfinished_runs(settings: Settings, space: Keyspace) -> None:
    """Handle all pending notifications. If the source or Redis does not answer, the next call
    tries again. A process that dies between sending a notification and recording it causes a
    second one."""
    index = RunStore(space).index
    try:
        for pending in index.pending_notifications():
            run_id, attempt = pending
            lock = space.redis.lock(LOCK.format(run_id), LOCK_SECONDS, blocking=False)
            # LockError: another process handles this run.
            with suppress(LockError), lock:
                if pending in index.pending_notifications():
                    _handle(settings, space, run_id, attempt)
    except RedisError as error:
        logger.warning("Handle unfinished runs failed error=%s", error)


def _handle(settings: Settings, space: Keyspace, run_id: str, attempt: int) -> None:
    store = RunStore(space)
    try:
        state = store.state(run_id)
        was_resumed = is_active(state) or attempt_of(state) != attempt
        if not was_resumed:
            _notify_and_resume(settings, space, store, run_id)
    except TRY_AGAIN_LATER as error:
        logger.warning("Postpone notification run=%s error=%s", run_id, error.message)
        return
    except InvalidRequest as error:
        logger.warning("Resume failed run=%s error=%s", run_id, error.message)
    store.index.remove_pending_notification(run_id, attempt)


def _notify_and_resume(settings: Settings, space: Keyspace, store: RunStore, run_id: str) -> None:
    document = store.summary(run_id)
    resume = _should_resume(settings, document)
    if resume:
        document["message"] = RESUMED_AUTOMATICALLY
    order, log_line = store.order(run_id), partial(store.log.add_line, run_id)
    with Directus(settings.source.url, settings.source.token, retry_policy=ONCE) as source:
        notify_user(source, order, document, log_line, raise_on=TRY_AGAIN_LATER)
    # The source has just answered, so the resumed run can reach it.
    if resume:
        resume_run(settings, space, run_id, automatic=True)


def _should_resume(settings: Settings, state: State) -> bool:
    auto_resumes = state.get(AUTO_RESUMES, 0)
    return (
        settings.auto_resume
        and state["status"] == "interrupted"
        and auto_resumes < MAX_AUTO_RESUMES
    )
