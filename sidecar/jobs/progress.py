"""Writes the progress of a run to its record, every half second."""

import logging
import os
import time
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import asdict
from functools import partial
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from redis.exceptions import RedisError

from sidecar.errors import Cancelled, Interrupted, InvalidRequest
from sidecar.jobs.rates import IDLE, Rates
from sidecar.jobs.run_log import RunLog
from sidecar.jobs.run_order import utc_now
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.shutdown import shutdown_requested
from sidecar.jobs.throughput import Throughput
from sidecar.jobs.totals import RunTally
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof, Level

logger = logging.getLogger(__name__)
SAVE_SECONDS = 0.5
LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
FORGOTTEN = (
    "Redis lost the record of this run or its lock on the destination, so another run could begin. "
    "It stopped, and nothing is lost: start it again, and it continues where it left off. Check "
    "that Redis keeps its data"
)
WORKER_STOPPED = "The worker was stopped; the run goes on with the next worker"


class RecordingWatcher:
    """A Watcher that saves the progress of one attempt at a run, while its context is entered.

    A separate thread talks to Redis. So an unreachable Redis neither delays the run nor loses log
    lines. The thread ends the process if its worker is gone or the run belongs to another attempt,
    because another process is about to write to the destination.
    """

    def __init__(
        self,
        store: RunStore,
        run_id: str,
        attempt: int,
        owns_destination: Callable[[], bool] = lambda: True,
    ) -> None:
        """``owns_destination`` asks Redis whether the run still has its lock."""
        self._store = store
        self._owns_destination = owns_destination
        self._run_id = run_id
        self._attempt = attempt
        self._rates = Rates()
        self._throughput = Throughput()
        self._tally = RunTally(store.totals)
        self._progress: Progress | None = None
        self._has_changed = False
        self._problems_sent = 0
        self._unsent: deque[Callable[[RunLog], None]] = deque()
        self._finished = Event()
        self._saver = Thread(
            target=copy_context().run, args=(self._save_periodically,), daemon=True
        )
        self._worker = os.getppid()
        self._cancelled = False
        self._is_forgotten = False

    def __enter__(self) -> Self:
        self._saver.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._finished.set()
        self._saver.join()

    def line(self, level: Level, stage: str | None, message: str) -> None:
        logger.log(LEVELS[level], message, extra={"stage": stage})
        self._unsent.append(
            partial(
                RunLog.add_line,
                run_id=self._run_id,
                level=level,
                stage=stage,
                message=message,
                at=utc_now(),
            )
        )

    def changed(self, progress: Progress) -> None:
        self._progress = progress
        self._has_changed = True

    def transferred(self, file: FileProof) -> None:
        self._unsent.append(
            partial(RunLog.add_checksum, run_id=self._run_id, checksum=asdict(file))
        )

    def cancel_requested(self) -> bool:
        if self._is_forgotten:
            raise Cancelled(FORGOTTEN)
        if shutdown_requested() and not self._cancelled:
            raise Interrupted(WORKER_STOPPED)
        return self._cancelled

    def final_state(self, store: RunStore) -> dict[str, Any]:
        """The final state for the record, after the context was left. Unsent log lines and problems
        go to ``store``."""
        self._send(store)
        return {**self._state(), "rates": IDLE, "ended_at": utc_now()}

    def _save_periodically(self) -> None:
        while not self._finished.wait(SAVE_SECONDS):
            if os.getppid() != self._worker:
                _exit_process("its worker is gone")
            try:
                self._save()
            except RedisError as error:
                logger.warning("Save progress failed error=%s", error)
            except InvalidRequest:
                self._forget("record")
            except Exception:
                # Without this thread nobody would notice a cancel or a lost lock.
                logger.exception("Save progress failed")

    def _save(self) -> None:
        if not self._owns_destination():
            self._forget("lock")
        self._send(self._store)
        self._cancelled = self._cancelled or self._store.cancel_requested(self._run_id)
        has_changed, self._has_changed = self._has_changed, False
        changes = self._state() if has_changed else {}
        if has_changed:
            # Only the final state ends the run, after the user was notified.
            changes |= {"status": "running", "message": None}
        try:
            if not self._store.update(self._run_id, self._attempt, **changes):
                _exit_process("its run has ended or another attempt has begun")
        except RedisError:
            self._has_changed = self._has_changed or has_changed
            raise

    def _forget(self, what: str) -> None:
        """Stop the run, because Redis has lost something of it."""
        if not self._is_forgotten:
            logger.error("Stop run reason=Redis lost its %s", what)
            self._is_forgotten = True
            # The record that is stored again in the end is to have all problems.
            self._problems_sent = 0

    def _send(self, store: RunStore) -> None:
        """Send unsent lines, checksums and problems. If Redis fails, the rest stays unsent."""
        while self._unsent:
            self._unsent[0](store.log)
            self._unsent.popleft()
        if self._progress:
            problems = self._progress.problems_after(self._problems_sent)
            store.problems.put(self._run_id, self._attempt, self._problems_sent, problems)
            self._problems_sent += len(problems)

    def _state(self) -> dict[str, Any]:
        progress = self._progress
        if progress is None:
            return {}
        document = progress.state()
        waiting = progress.outages.current()
        rows = sum(stage.done for stage in progress.report.stages)
        size = sum(resource["bytes"] for resource in document["resources"])
        self._tally.record(document["resources"], progress.limiters.values())
        now = time.monotonic()
        rates = IDLE if waiting else self._rates.sample(now, rows, size)
        return {
            **document,
            "problems": [],
            "current": progress.report.current,
            "pace": {side: pace.state() for side, pace in progress.limiters.items()},
            "rates": rates,
            "throughput": self._throughput.add(now, rates),
            "waiting": [asdict(one) for one in waiting],
        }


def _exit_process(reason: str) -> None:
    logger.error("Exit work horse reason=%s", reason)
    os._exit(1)
