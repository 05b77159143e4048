"""Ends a run: it updates the state, releases the destination and deletes the token together.

Everything happens in one transaction, so a second caller finds that the run has ended already.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict

from redis.client import Pipeline

from sidecar.errors import InvalidRequest
from sidecar.jobs import queue
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_order import RunOrder, lock_of, utc_now
from sidecar.jobs.run_problems import groups_of, with_problem
from sidecar.jobs.run_state import State, attempt_of, is_active, is_attempt_active
from sidecar.jobs.run_store import Decide, RunStore
from sidecar.jobs.secrets import token_key
from sidecar.migration.report.problems import Problem

WORKER_DIED = (
    "The worker stopped in the middle of the run. Resume the run; it continues where it left off"
)
CANCELLED_AND_WORKER_DIED = (
    "The run was cancelled, but its worker stopped before it could restore the destination. "
    "Start the run again to restore it"
)
WORKER_DIED_CODE = "WORKER_DIED"
CANCELLED_IN_QUEUE = "The run was cancelled before it began"
CANCELLED_AFTER_INTERRUPTION = (
    "The run was interrupted and then cancelled. Start it again to restore the destination"
)
CANCELLED_BY = "{} cancelled the run that {} started"
UNKNOWN = "an unknown person"

logger = logging.getLogger(__name__)


def finish_run(space: Keyspace, order: RunOrder, attempt: int, changes: State) -> bool:
    """Store the final ``changes`` of the worker that executed ``attempt``. Returns False, and
    changes nothing, if the run has ended already or another attempt has begun.

    A run that others took for interrupted, because Redis could not be reached when it ended, has
    ended as its worker says.
    """

    def decide(state: State) -> State | None:
        is_ours = attempt_of(state) == attempt
        is_open = is_active(state) or state["status"] == "interrupted"
        return changes if is_ours and is_open else None

    ended = _end(space, order, decide)
    if ended:
        RunStore(space).index.remove_pending_notification(order.id, attempt)
    return ended


def finish_or_restore_run(space: Keyspace, order: RunOrder, attempt: int, changes: State) -> None:
    """``finish_run``, or store the record of the ended run again if Redis has lost it."""
    try:
        finish_run(space, order, attempt, changes)
    except InvalidRequest:
        RunStore(space).create(order, {"attempt": attempt, **changes})
        lock_of(space, order).release(order.id)
        space.redis.delete(token_key(space, order.id))


def interrupt_run(space: Keyspace, run_id: str, attempt: int) -> bool:
    """End an ``attempt`` whose worker is gone, and leave the user to be notified.

    The run becomes "interrupted" and can be resumed, or "cancelled" if a cancel was requested.
    Returns False, and changes nothing, if the run has ended already or another attempt has begun.
    """
    store = RunStore(space)
    order, cancelled = store.order(run_id), store.cancel_requested(run_id)
    status = "cancelled" if cancelled else "interrupted"
    message = CANCELLED_AND_WORKER_DIED if cancelled else WORKER_DIED

    def decide(state: State) -> State | None:
        if not is_attempt_active(state, attempt):
            return None
        return _state_after_death(state, status, message)

    ended = _end(space, order, decide, notify_attempt=attempt, keep_token=not cancelled)
    if ended:
        position = store.problems.count(run_id, store.state(run_id))
        store.problems.put(run_id, attempt, position, [asdict(_death(message))])
        store.log.add_line(run_id, "error", None, message)
    return ended


def cancel_run(
    space: Keyspace, run_id: str, name: Callable[[RunOrder], str] = lambda order: order.user_name
) -> None:
    """Ask a run to stop at its next batch. A run without a worker ends at once. Raises
    InvalidRequest (404) for an unknown run.

    ``name`` returns the name of the person who cancels it. It is called after the run was asked to
    stop, because it may take long.
    """
    store = RunStore(space)
    store.request_cancel(run_id)
    order, state = store.order(run_id), store.state(run_id)
    if is_active(state) or state["status"] == "interrupted":
        _record_who(store, order, name(order))
    status, attempt = state["status"], attempt_of(state)
    message = (
        CANCELLED_IN_QUEUE if (status, attempt) == ("queued", 1) else CANCELLED_AFTER_INTERRUPTION
    )

    def decide(current: State) -> State | None:
        if (current["status"], attempt_of(current)) != (status, attempt):
            return None
        return {"status": "cancelled", "message": message, "ended_at": utc_now()}

    without_worker = status == "interrupted" or (
        status == "queued" and queue.withdraw(space, run_id, attempt)
    )
    if without_worker and _end(space, order, decide, notify_attempt=attempt):
        store.log.add_line(run_id, "warning", None, message)


def _record_who(store: RunStore, order: RunOrder, name: str) -> None:
    store.change(order.id, lambda _: {"cancelled_by": name})
    message = CANCELLED_BY.format(name or UNKNOWN, order.user_name or UNKNOWN)
    store.log.add_line(order.id, "warning", None, message)
    logger.warning("Cancel run=%s by=%s", order.id, name)


def _end(
    space: Keyspace,
    order: RunOrder,
    decide: Decide,
    *,
    notify_attempt: int | None = None,
    keep_token: bool = False,
) -> bool:
    """Apply ``decide`` and clean up after the run. ``notify_attempt`` is the attempt whose end the
    user still has to be notified of."""
    store = RunStore(space)

    def clean_up(pipe: "Pipeline") -> None:
        lock_of(space, order).release(order.id, pipe)
        store.index.mark_inactive(pipe, order.id)
        if notify_attempt is not None:
            store.index.add_pending_notification(pipe, order.id, notify_attempt)
        if not keep_token:
            pipe.delete(token_key(space, order.id))

    return store.change(order.id, decide, clean_up)


def _death(message: str) -> Problem:
    return Problem(None, None, WORKER_DIED_CODE, message)


def _state_after_death(state: State, status: str, message: str) -> State:
    """The final state of a run whose worker is gone, from its last ``state``."""
    stages = [
        {**stage, "status": "failed" if stage["status"] == "running" else stage["status"]}
        for stage in state["stages"]
    ]
    return {
        **state,
        "status": status,
        "message": message,
        "ended_at": utc_now(),
        "stages": stages,
        "current": None,
        "waiting": [],
        "problem_count": state["problem_count"] + 1,
        "problem_groups": with_problem(groups_of(state), _death(message)),
    }
