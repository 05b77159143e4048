"""How a run ends, in one transaction: its record, its lock and its token. Whoever comes second
finds it done."""

from redis.client import Pipeline

from sidecar.jobs import queue
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock
from sidecar.jobs.runs import Decide, RunOrder, RunStore, State, attempt_of, is_at, now
from sidecar.jobs.secrets import token_key
from sidecar.migration.report.report import Report

DIED = "The worker stopped in the middle of the run. Resume it, and it continues where it left off"
DIED_CANCELLED = (
    "The run was cancelled, but its worker had stopped in the middle of it. Start it again to "
    "have the destination put in order"
)
NOT_BEGUN = "The run was cancelled before it began"
GIVEN_UP = (
    "The run was interrupted, and cancelled then. Start it again to have the destination put in "
    "order"
)


def close(space: Keyspace, order: RunOrder, attempt: int, changes: State) -> bool:
    """The worker that makes this ``attempt`` has come to an end; False when the run is another's by
    now."""
    return _end(space, order, lambda state: changes if is_at(state, attempt) else None)


def interrupt(space: Keyspace, run_id: str, attempt: int) -> bool:
    """Nobody is at this ``attempt`` any more: the run can be resumed, or is cancelled where that
    was asked for. The person is still to be told. False when the run is over, or another worker's
    by now."""
    store = RunStore(space)
    order, cancelled = store.order(run_id), store.cancel_requested(run_id)
    ending = ("cancelled", DIED_CANCELLED) if cancelled else ("interrupted", DIED)

    def decide(state: State) -> State | None:
        return _died(store, order, state, *ending) if is_at(state, attempt) else None

    ended = _end(space, order, decide, tell=attempt, keep_token=not cancelled)
    if ended:
        store.log(run_id, "error", None, ending[1])
    return ended


def cancel(space: Keyspace, run_id: str) -> None:
    """Have a run stop at its next batch; one that nobody is at ends here and now. Raises
    InvalidRequest (404)."""
    store = RunStore(space)
    store.request_cancel(run_id)
    order, state = store.order(run_id), store.state(run_id)
    status, attempt = state["status"], attempt_of(state)
    nobody = status == "interrupted" or (
        status == "queued" and queue.withdraw(space, run_id, attempt)
    )
    message = NOT_BEGUN if status == "queued" and attempt == 1 else GIVEN_UP

    def decide(found: State) -> State | None:
        if (found["status"], attempt_of(found)) != (status, attempt):
            return None
        return {
            **_whole(store, order, found),
            "status": "cancelled",
            "message": message,
            "ended_at": now(),
        }

    if nobody and _end(space, order, decide, tell=attempt):
        store.log(run_id, "warning", None, message)


def _end(
    space: Keyspace,
    order: RunOrder,
    decide: Decide,
    *,
    tell: int | None = None,
    keep_token: bool = False,
) -> bool:
    """``tell`` is the attempt whose end the person is still to be told of."""
    store = RunStore(space)

    def together(pipe: "Pipeline") -> None:
        DestinationLock(space, order.destination_url).free(order.id, pipe)
        store.close(pipe, order.id)
        if tell is not None:
            store.to_be_told(pipe, order.id, tell)
        if not keep_token:
            pipe.delete(token_key(space, order.id))

    return store.change(order.id, decide, together)


def _died(store: RunStore, order: RunOrder, state: State, status: str, message: str) -> State:
    """The last state of a run whose worker is gone: what it had come to."""
    whole = _whole(store, order, state)
    problem = {"resource": None, "key": None, "code": "WORKER_DIED", "message": message}
    stages = [
        {**stage, "status": "failed" if stage["status"] == "running" else stage["status"]}
        for stage in whole["stages"]
    ]
    return {
        **whole,
        "status": status,
        "message": message,
        "ended_at": now(),
        "stages": stages,
        "current": None,
        "problems": [*whole["problems"], problem],
        "problem_count": whole["problem_count"] + 1,
    }


def _whole(store: RunStore, order: RunOrder, state: State) -> State:
    """``state`` with everything that a report has, also when no worker has saved any of it."""
    return {
        **Report(order.request).document(),
        **state,
    }
