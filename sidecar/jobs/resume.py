"""Resumes an interrupted run: it locks the destination again and enqueues the next attempt."""

import logging
from dataclasses import asdict

from redis.client import Pipeline

from sidecar.config import Settings
from sidecar.errors import InvalidRequest, MigrationError
from sidecar.jobs import queue
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock
from sidecar.jobs.run_order import RunOrder
from sidecar.jobs.run_state import NO_RESULTS, State, attempt_of
from sidecar.jobs.run_store import Decide, RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.source_identity import no_source_recorded
from sidecar.jobs.start import reserve_destination
from sidecar.migration.report.report import STAGES, Stage

RESUMED = "Resumed: attempt {}"
RESUMED_BY = "Resumed by {}: attempt {}"
# The number of automatic resumes is kept in the state under the name of an earlier version.
AUTO_RESUMES = "resumed_by_itself"

logger = logging.getLogger(__name__)


def resume_run(
    settings: Settings, space: Keyspace, run_id: str, *, by: str = "", automatic: bool = False
) -> None:
    """Enqueue the next attempt of an interrupted run, with the token that was kept for it.

    ``by`` is the name of the person who resumes it. ``automatic`` resumes are counted. Raises
    InvalidRequest (404) for an unknown run, and (409) if the run is not interrupted, its source is
    unknown, its token is gone or its destination is busy.
    """
    store, vault = RunStore(space), TokenVault(space, *settings.secrets)
    order, state = store.order(run_id), store.state(run_id)
    attempt = attempt_of(state)
    if state["status"] != "interrupted":
        raise _not_interrupted()
    if not order.source_url:
        raise no_source_recorded()
    token = _kept_token(vault, order)
    lock = reserve_destination(space, order)
    vault.keep(order, token)
    if not _requeue(store, run_id, lock, _next_attempt(attempt, by, automatic)):
        # A concurrent call has resumed the run, and its lock on the destination serves the run.
        raise _not_interrupted()
    message = RESUMED_BY.format(by, attempt + 1) if by else RESUMED.format(attempt + 1)
    store.log.add_line(run_id, "info", None, message)
    logger.info("Resume run=%s attempt=%d by=%s", run_id, attempt + 1, by or "itself")
    queue.enqueue(space, run_id, attempt + 1)


def _next_attempt(attempt: int, by: str, automatic: bool) -> Decide:
    def decide(state: State) -> State | None:
        if state["status"] != "interrupted" or attempt_of(state) != attempt:
            return None
        # What the last attempt found is not the present state.
        return {
            **NO_RESULTS,
            "status": "queued",
            "attempt": attempt + 1,
            "message": None,
            "ended_at": None,
            "resumed_by": by or None,
            "cancelled_by": None,
            "stages": [asdict(Stage(name)) for name in STAGES],
            AUTO_RESUMES: state.get(AUTO_RESUMES, 0) + automatic,
        }

    return decide


def _requeue(store: RunStore, run_id: str, lock: DestinationLock, decide: Decide) -> bool:
    def add_commands(pipe: "Pipeline") -> None:
        store.withdraw_cancel(pipe, run_id)
        store.index.mark_active(pipe, run_id)
        lock.persist(pipe)

    return store.change(run_id, decide, add_commands)


def _kept_token(vault: TokenVault, order: RunOrder) -> str:
    try:
        return vault.reveal(order)
    except MigrationError as error:
        raise InvalidRequest(error.message, code=error.code, status=409) from error


def _not_interrupted() -> InvalidRequest:
    message = "Only an interrupted run can be resumed; start this one again"
    return InvalidRequest(message, code="NOT_INTERRUPTED", status=409)
