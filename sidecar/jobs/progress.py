"""Writes the progress of a run into its record, often enough to look alive and seldom enough to cost nothing."""

import logging
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from redis.exceptions import RedisError

from sidecar.jobs.runs import RunStore
from sidecar.migration.report import FileProof, Level, Report

logger = logging.getLogger(__name__)
SAVE_SECONDS = 0.5
CANCEL_SECONDS = 1.0
RATE_SECONDS = 10.0
PROBLEMS_KEPT = 1_000


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
        return {"rows_per_second": round(max(0, rows - rows_then) / elapsed, 1),
                "bytes_per_second": round(max(0, size - size_then) / elapsed, 1)}


class RecordingWatcher:
    """A Watcher that keeps the record of one run up to date, while it is entered, also when a request takes long.

    A Redis that is away for a while stops no run.
    """

    def __init__(self, store: RunStore, run_id: str) -> None:
        self._store = store
        self._run_id = run_id
        self._rates = Rates()
        self._report: Report | None = None
        self._over = Event()
        self._saver = Thread(target=self._save_now_and_then, daemon=True)
        self._asked = 0.0
        self._cancelled = False

    def __enter__(self) -> Self:
        self._saver.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._over.set()
        self._saver.join()

    def line(self, level: Level, stage: str | None, message: str) -> None:
        with _redis_may_be_away():
            self._store.log(self._run_id, level, stage, message)

    def changed(self, report: Report) -> None:
        self._report = report

    def transferred(self, file: FileProof) -> None:
        with _redis_may_be_away():
            self._store.add_checksum(self._run_id, asdict(file))

    def finished(self, report: Report, ended_at: str) -> None:
        """The last word on the run, said after leaving."""
        idle = {"rows_per_second": 0.0, "bytes_per_second": 0.0}
        self._store.update(self._run_id, **{**self._state(report), "rates": idle, "ended_at": ended_at})

    def cancel_requested(self) -> bool:
        if time.monotonic() - self._asked > CANCEL_SECONDS:
            self._asked = time.monotonic()
            with _redis_may_be_away():
                self._cancelled = self._cancelled or self._store.cancel_requested(self._run_id)
        return self._cancelled

    def _save_now_and_then(self) -> None:
        while not self._over.wait(SAVE_SECONDS):
            report, self._report = self._report, None
            if report:
                with _redis_may_be_away():
                    # Only ``finished`` says that it is over, when the person was told and the destination is free.
                    self._store.update(self._run_id, **{**self._state(report), "status": "running", "message": None})

    def _state(self, report: Report) -> dict[str, Any]:
        document = report.document()
        done = sum(stage.done for stage in report.stages)
        size = sum(row["bytes"] for row in document["resources"])
        document["problems"] = document["problems"][:PROBLEMS_KEPT]
        return {**document, "current": report.current,
                "pace": {side: pace.state() for side, pace in report.paces.items()},
                "rates": self._rates.sample(time.monotonic(), done, size)}


@contextmanager
def _redis_may_be_away() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        logger.warning("Redis failed error=%s", error)
