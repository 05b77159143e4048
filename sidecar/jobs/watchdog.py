"""Finds runs whose worker is gone, for example because it was killed, and interrupts them.

A worker refreshes the heartbeat of its job every few seconds. The web process and every idle
worker watch the active runs. Only checks that reach Redis count, and time in which the watchdog
itself did not run does not count. So neither an unreachable Redis nor a suspended machine
interrupts a run.
"""

import logging
import time
from collections.abc import Callable
from threading import Thread

from redis.exceptions import RedisError

from sidecar.config import Settings
from sidecar.errors import InvalidRequest
from sidecar.jobs import queue
from sidecar.jobs.finish import interrupt_run
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_state import attempt_of
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.unfinished_runs import handle_unfinished_runs

logger = logging.getLogger(__name__)
LOST_SECONDS = 12.0
# After a longer gap between two checks, all runs count as seen just now. A worker that waits for a
# job checks less often than the web process.
MAX_GAP_SECONDS = 8.0
CHECK_SECONDS = 1.0
# The attempt and its latest heartbeat.
Sign = tuple[int, str | None]


class Watchdog:
    """Remembers when each run showed its last sign of life, by the ``clock`` of this process."""

    def __init__(self, space: Keyspace, clock: Callable[[], float] = time.monotonic) -> None:
        self._space = space
        self._store = RunStore(space)
        self._clock = clock
        self._last_signs: dict[str, tuple[Sign, float]] = {}
        self._last_check = clock()

    def check(self) -> None:
        """Check all active runs, and interrupt those without a sign of life for LOST_SECONDS."""
        now, last_check = self._clock(), self._last_check
        self._last_check = now
        if now - last_check > MAX_GAP_SECONDS:
            self._last_signs.clear()
        try:
            runs = self._store.index.active()
            self._last_signs = {
                run_id: sign for run_id, sign in self._last_signs.items() if run_id in runs
            }
            for run_id in runs:
                self._check_safely(run_id, now)
        except RedisError as error:
            logger.warning("Check runs failed error=%s", error)
            self._last_signs.clear()

    def _check_safely(self, run_id: str, now: float) -> None:
        try:
            self._check_run(run_id, now)
        except RedisError:
            raise
        except Exception:
            # One broken record must not keep the watchdog from the other runs.
            logger.exception("Check run failed run=%s", run_id)

    def _check_run(self, run_id: str, now: float) -> None:
        try:
            attempt = attempt_of(self._store.state(run_id))
        except InvalidRequest:
            self._store.index.forget(run_id)
            return
        if queue.is_waiting(self._space, run_id, attempt):
            self._last_signs.pop(run_id, None)
            return
        sign = attempt, queue.heartbeat(self._space, run_id, attempt)
        last_sign, since = self._last_signs.setdefault(run_id, (sign, now))
        if sign != last_sign:
            self._last_signs[run_id] = sign, now
        elif now - since > LOST_SECONDS and interrupt_run(self._space, run_id, attempt):
            logger.warning("Interrupt run=%s attempt=%d", run_id, attempt)


def start_watchdog(settings: Settings) -> None:
    """Watch the runs in the background until this process ends. Another thread handles unfinished
    runs, because notifying a user can take long."""
    space = queue.connect_briefly(settings)
    watchdog = Watchdog(space)
    for task in (watchdog.check, lambda: handle_unfinished_runs(settings, space)):
        Thread(target=_repeat, args=(task,), daemon=True).start()


def _repeat(task: Callable[[], None]) -> None:
    while True:
        time.sleep(CHECK_SECONDS)
        try:
            task()
        except Exception:
            # The thread must not end: nothing would restart it.
            logger.exception("Watchdog failed")
