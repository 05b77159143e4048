"""Run records in Redis: the order, the state and the log of each run, kept for 30 days."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any, cast

from redis.client import Pipeline

from sidecar.errors import InvalidRequest
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_index import KEPT_SECONDS, RunIndex
from sidecar.jobs.run_log import RunLog, unknown_run
from sidecar.jobs.run_order import RunOrder, utc_now
from sidecar.jobs.run_problems import RunProblems
from sidecar.jobs.run_state import NOTHING_YET, State, attempt_of, is_active, is_attempt_active
from sidecar.jobs.run_summary import (
    MAX_STATE_BYTES,
    summary_json,
    summary_of,
    to_json,
    too_large,
)
from sidecar.jobs.totals import Totals
from sidecar.migration.report.report import STAGES, Stage

logger = logging.getLogger(__name__)
# What an expired or broken record raises.
UNREADABLE = (InvalidRequest, ValueError, TypeError, LookupError)
# Takes the current state and returns the fields to change, or None to change nothing.
Decide = Callable[[State], State | None]
# Redis' own type of the fields of a record.
Fields = dict[bytes | bytearray | memoryview | str | int | float, Any]


class RunStore:
    """The run records of one source. Every method raises RedisError."""

    def __init__(self, space: Keyspace) -> None:
        self._space = space
        self._redis = space.redis
        self.index = RunIndex(space)
        self.log = RunLog(space)
        self.problems = RunProblems(space)
        self.totals = Totals(space)

    def create(self, order: RunOrder, state: State | None = None) -> None:
        """Store a new run with the status "queued", or one with another ``state``."""
        key = self._space.run_key(order.id)
        stages = [asdict(Stage(name)) for name in STAGES]
        state = {"status": "queued", "attempt": 1, "stages": stages, **(state or {})}
        with self._redis.pipeline() as pipe:
            pipe.hset(key, mapping={"order": order.to_json(), **_fields_of(state)})
            pipe.expire(key, KEPT_SECONDS)
            self.index.add(pipe, order.id)
            if not is_active(state):
                self.index.mark_inactive(pipe, order.id)
                self.totals.count_end(pipe, state["status"])
            pipe.execute()

    def discard(self, run_id: str) -> None:
        """Remove a run that was never enqueued."""
        with self._redis.pipeline() as pipe:
            pipe.delete(self._space.run_key(run_id))
            self.index.remove(pipe, run_id)
            pipe.execute()

    def order(self, run_id: str) -> RunOrder:
        """Raises InvalidRequest (404) for an unknown run."""
        return RunOrder.from_json(self._field(run_id, "order"))

    def state(self, run_id: str) -> State:
        """Raises InvalidRequest (404) for an unknown run."""
        return _parse_state(self._field(run_id, "state"))

    def summary(self, run_id: str) -> dict[str, Any]:
        """Order, request and state as one flat document. Raises InvalidRequest (404) for an
        unknown run."""
        return _with_state(self.order(run_id), self.state(run_id))

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """What the history shows of the ``limit`` newest runs, the newest first. Reads no
        details."""
        return list(islice(self._briefs(self.index.newest(limit)), limit))

    def _briefs(self, run_ids: Iterable[str]) -> Iterator[dict[str, Any]]:
        for run_id in run_ids:
            if not self._redis.exists(self._space.run_key(run_id)):
                continue
            try:
                yield self._brief(run_id)
            except UNREADABLE:
                # One broken record must not take the history from everybody.
                logger.exception("Read run failed", extra={"run": run_id})

    def _brief(self, run_id: str) -> dict[str, Any]:
        return _with_state(self.order(run_id), self._stored_summary(run_id))

    def _stored_summary(self, run_id: str) -> State:
        key = self._space.run_key(run_id)
        if text := cast(bytes | None, self._redis.hget(key, "summary")):
            return cast(State, json.loads(text))
        # An earlier version stored the state alone, whatever its size.
        if self._redis.hstrlen(key, "state") > 2 * MAX_STATE_BYTES:
            return too_large()
        return summary_of(self.state(run_id))

    def count_active(self, user: str) -> int:
        """The number of runs of ``user`` that are queued or running."""
        return sum(self._user_of(run_id) == user for run_id in self.index.active())

    def _user_of(self, run_id: str) -> str | None:
        try:
            return self.order(run_id).user
        except UNREADABLE:
            return None

    def begin(self, run_id: str, attempt: int) -> bool:
        """Set a queued run to "running" for the worker that executes ``attempt``. Returns False if
        the run has ended, or if the attempt has begun already."""

        def decide(state: State) -> State | None:
            if state["status"] != "queued" or attempt_of(state) != attempt:
                return None
            return {
                "status": "running",
                "message": None,
                "started_at": state.get("started_at") or utc_now(),
            }

        return self.change(run_id, decide)

    def update(self, run_id: str, attempt: int, /, **changes: Any) -> bool:
        """Change fields of the state. Returns False, and changes nothing, if the run has ended or
        ``attempt`` is not its current attempt."""
        return self.change(
            run_id, lambda state: changes if is_attempt_active(state, attempt) else None
        )

    def change(
        self,
        run_id: str,
        decide: Decide,
        add_commands: Callable[["Pipeline"], None] = lambda pipe: None,
    ) -> bool:
        """Change the fields of the state that ``decide`` returns, in one transaction.

        ``add_commands`` adds its commands to the same transaction. Returns False, and changes
        nothing, if ``decide`` returns None. Raises InvalidRequest (404) for an unknown run.
        """
        key = self._space.run_key(run_id)

        def write(pipe: "Pipeline") -> bool:
            state = _parse_state(cast(bytes | None, pipe.hget(key, "state")))
            changes = decide(state)
            if not changes:
                return changes is not None
            new_state = {**state, **changes}
            pipe.multi()
            pipe.hset(key, mapping=_fields_of(new_state))
            if is_active(state) and not is_active(new_state):
                self.totals.count_end(pipe, new_state["status"])
            add_commands(pipe)
            return True

        # redis-py declares that the callable returns nothing.
        return bool(self._redis.transaction(write, key, value_from_callable=True))  # type: ignore[arg-type]

    def request_cancel(self, run_id: str) -> None:
        """Ask the run to stop. Raises InvalidRequest (404) for an unknown run."""
        self._field(run_id, "order")
        self._redis.hset(self._space.run_key(run_id), "cancel", "1")

    def cancel_requested(self, run_id: str) -> bool:
        return bool(self._redis.hexists(self._space.run_key(run_id), "cancel"))

    def withdraw_cancel(self, pipe: "Pipeline", run_id: str) -> None:
        """Withdraw the request to stop, as part of the transaction of ``pipe``."""
        pipe.hdel(self._space.run_key(run_id), "cancel")

    def _field(self, run_id: str, field: str) -> bytes:
        value = cast(bytes | None, self._redis.hget(self._space.run_key(run_id), field))
        if value is None:
            raise unknown_run()
        return value


def _with_state(order: RunOrder, state: State) -> dict[str, Any]:
    """Order, request and state as one flat document."""
    document = asdict(order)
    request = document.pop("request")
    selection = order.request.selection
    ordered = None if selection.is_everything else selection.document()
    return {
        **document,
        **request,
        **state,
        # The state has it with what it comes to, once a run has looked.
        "selection": state.get("selection") or ordered,
    }


def _fields_of(state: State) -> Fields:
    return {"state": to_json(state), "summary": summary_json({**NOTHING_YET, **state})}


def _parse_state(text: bytes | None) -> State:
    if text is None:
        raise unknown_run()
    return {**NOTHING_YET, **json.loads(text)}
