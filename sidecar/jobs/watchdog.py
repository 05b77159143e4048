"""Notices runs that nobody is at any more, such as when their worker was killed: they show as
interrupted.

A worker gives a sign of life every few seconds (RQ's heartbeat of the job). Whoever has time looks
at the runs under way: the web process, and each worker. Only looks at a Redis that answers count,
and time that the one who looks has slept through does not, so neither a Redis that was away nor a
laptop that was closed interrupts anything.
"""

import logging
import time
from collections.abc import Callable
from threading import Thread

from redis.exceptions import RedisError

from sidecar.config import Settings
from sidecar.errors import InvalidRequest
from sidecar.jobs import queue
from sidecar.jobs.finish import interrupt
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import RunStore, attempt_of
from sidecar.jobs.unfinished_runs import follow_up

logger = logging.getLogger(__name__)
LOST_SECONDS = 12.0
# Between two looks that belong together; a worker that waits for a job looks less often than
# others.
GAP_SECONDS = 8.0
LOOK_SECONDS = 1.0
Sign = tuple[int, str | None]


class Watch:
    """Remembers when each run was heard of last, by our own clock."""

    def __init__(self, space: Keyspace, clock: Callable[[], float] = time.monotonic) -> None:
        self._space = space
        self._store = RunStore(space)
        self._clock = clock
        self._heard: dict[str, tuple[Sign, float]] = {}
        self._looked = clock()

    def look(self) -> None:
        """Look at all runs under way, and interrupt those that were not heard of for
        LOST_SECONDS."""
        now, before = self._clock(), self._looked
        self._looked = now
        if now - before > GAP_SECONDS:
            self._heard.clear()
        try:
            runs = self._store.under_way()
            self._heard = {run_id: heard for run_id, heard in self._heard.items() if run_id in runs}
            for run_id in runs:
                self._look_at(run_id, now)
        except RedisError as error:
            logger.warning("Redis failed error=%s", error)
            self._heard.clear()

    def _look_at(self, run_id: str, now: float) -> None:
        try:
            attempt = attempt_of(self._store.state(run_id))
        except InvalidRequest:
            self._store.forget_open(run_id)
            return
        if queue.is_waiting(self._space, run_id, attempt):
            self._heard.pop(run_id, None)
            return
        sign = attempt, queue.heartbeat(self._space, run_id, attempt)
        before, since = self._heard.setdefault(run_id, (sign, now))
        if sign != before:
            self._heard[run_id] = sign, now
        elif now - since > LOST_SECONDS and interrupt(self._space, run_id, attempt):
            logger.warning("Interrupted run=%s attempt=%d", run_id, attempt)


def watch_in_threads(settings: Settings) -> None:
    """Watch for as long as this process lives. Telling people may take long, so another thread does
    that."""
    space = queue.connect_briefly(settings)
    watch = Watch(space)
    for task in (watch.look, lambda: follow_up(settings, space)):
        Thread(target=_repeat, args=(task,), daemon=True).start()


def _repeat(task: Callable[[], None]) -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        try:
            task()
        except Exception:
            # Nobody would notice that it had ended.
            logger.exception("Watch failed")
