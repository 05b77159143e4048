"""Writes the progress of a run into its record, often enough to look alive and seldom enough to
cost nothing."""

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

from sidecar.errors import Interrupted, InvalidRequest
from sidecar.jobs.runs import RunStore, now
from sidecar.jobs.stopping import is_stopping
from sidecar.jobs.totals import RunTally
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof, Level

logger = logging.getLogger(__name__)
SAVE_SECONDS = 0.5
RATE_SECONDS = 10.0
PROBLEMS_KEPT = 1_000
LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
STOPPING = "The worker was stopped; the run goes on with the next worker"
IDLE = {"rows_per_second": 0.0, "bytes_per_second": 0.0}


class Rates:
    """Rows and bytes a second over the last RATE_SECONDS."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int, int]] = deque()

    def sample(self, now: float, rows: int, size: int) -> dict[str, float]:
        """Take note of totals so far; returns the rates."""
        self._samples.append((now, rows, size))
        while now - self._samples[0][0] > RATE_SECONDS:
            self._samples.popleft()
        then, rows_then, size_then = self._samples[0]
        elapsed = max(now - then, SAVE_SECONDS)
        return {
            "rows_per_second": round(max(0, rows - rows_then) / elapsed, 1),
            "bytes_per_second": round(max(0, size - size_then) / elapsed, 1),
        }


class RecordingWatcher:
    """A Watcher that keeps the record of one run up to date, while it is entered, also when a
    request takes long.

    One thread does all that Redis is needed for, so a Redis that is away for a while holds up
    nothing and loses nothing. A work horse whose worker is gone, or whose run is another's by now,
    ends on the spot: somebody else is about to write to the destination.
    """

    def __init__(self, store: RunStore, run_id: str, attempt: int) -> None:
        self._store = store
        self._run_id = run_id
        self._attempt = attempt
        self._rates = Rates()
        self._tally = RunTally(store.totals)
        self._progress: Progress | None = None
        self._has_changed = False
        self._unsent: deque[Callable[[RunStore], None]] = deque()
        self._over = Event()
        self._saver = Thread(
            target=copy_context().run, args=(self._save_now_and_then,), daemon=True
        )
        self._worker = os.getppid()
        self._cancelled = False

    def __enter__(self) -> Self:
        self._saver.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._saver.join()

    def line(self, level: Level, stage: str | None, message: str) -> None:
        logger.log(LEVELS[level], message, extra={"stage": stage})
        self._unsent.append(
            partial(
                RunStore.log,
                run_id=self._run_id,
                level=level,
                stage=stage,
                message=message,
                at=now(),
            )
        )

    def changed(self, progress: Progress) -> None:
        self._progress = progress
        self._has_changed = True

    def transferred(self, file: FileProof) -> None:
        self._unsent.append(
            partial(RunStore.add_checksum, run_id=self._run_id, checksum=asdict(file))
        )

    def cancel_requested(self) -> bool:
        if is_stopping() and not self._cancelled:
            raise Interrupted(STOPPING)
        return self._cancelled

    def last_state(self, store: RunStore) -> dict[str, Any]:
        """What the record is to say in the end, asked for after leaving; lines that are left go to
        ``store``."""
        self._send(store)
        return {**self._state(), "rates": IDLE, "ended_at": now()}

    def _save_now_and_then(self) -> None:
        while not self._over.wait(SAVE_SECONDS):
            if os.getppid() != self._worker:
                _end_at_once("its worker is gone")
            try:
                self._save()
            except (RedisError, InvalidRequest) as error:
                # A Redis that keeps nothing has come back without the record.
                logger.warning("Progress is not saved error=%s", error)

    def _save(self) -> None:
        self._send(self._store)
        self._cancelled = self._cancelled or self._store.cancel_requested(self._run_id)
        has_changed, self._has_changed = self._has_changed, False
        # Only the last word says that it is over, when the person was told.
        running = {"status": "running", "message": None}
        changes = {**self._state(), **running} if has_changed else {}
        try:
            if not self._store.update(self._run_id, self._attempt, **changes):
                _end_at_once("its run is over or another worker's")
        except RedisError:
            self._has_changed = self._has_changed or has_changed
            raise

    def _send(self, store: RunStore) -> None:
        """What cannot be sent now stays for the next time."""
        while self._unsent:
            self._unsent[0](store)
            self._unsent.popleft()

    def _state(self) -> dict[str, Any]:
        progress = self._progress
        if progress is None:
            return {}
        document = progress.document()
        done = sum(stage.done for stage in progress.report.stages)
        size = sum(row["bytes"] for row in document["resources"])
        document["problems"] = document["problems"][:PROBLEMS_KEPT]
        self._tally.tell(document["resources"], progress.limiters.values())
        return {
            **document,
            "current": progress.report.current,
            "pace": {side: pace.state() for side, pace in progress.limiters.items()},
            "rates": self._rates.sample(time.monotonic(), done, size),
        }


def _end_at_once(reason: str) -> None:
    logger.error("Work horse ends reason=%s", reason)
    os._exit(1)
