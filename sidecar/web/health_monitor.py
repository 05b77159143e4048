"""Looks after Redis, the source and the workers for GET /health, in the background.

A request gets what was found in the last seconds, so it is answered at once, however many ask and
however slow the parts are.
"""

import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Any

from redis.exceptions import RedisError

from sidecar.directus.client import PING, Directus
from sidecar.directus.retry import RetryPolicy
from sidecar.errors import DirectusError
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import count_workers
from sidecar.jobs.redis_state import reason_of, warnings_of

Part = dict[str, Any]
# What is well is asked again after a few seconds, what is not soon.
GOOD_SECONDS, BAD_SECONDS = 3.0, 0.5
# A request waits so long for a new answer.
WAIT_SECONDS = 0.5
# Without an answer for so long, a part counts as one that does not answer.
SILENT_SECONDS = 5.0
PING_POLICY = RetryPolicy(1, 0.0, read_seconds=SILENT_SECONDS)
SILENT = "{} does not answer in time; check {}"
NO_SOURCE = "The source does not answer; check DIRECTUS_URL and whether Directus runs"
NO_DIRECTUS = "DIRECTUS_URL is not the address of a Directus"
NO_WORKER = "No worker is running; start `sidecar worker`"
NO_REDIS = "Redis does not answer, so the sidecar cannot look for workers"


class HealthMonitor:
    """The state of what a migration needs. ``space`` should give up soon."""

    def __init__(self, space: Keyspace, source_url: str) -> None:
        source = Directus(source_url, "", retry_policy=PING_POLICY)
        self._parts = {
            "redis": _Watched(lambda: _redis(space), SILENT.format("Redis", "REDIS_URL")),
            "source": _Watched(
                lambda: _source(source), SILENT.format("The source", "DIRECTUS_URL")
            ),
            "worker": _Watched(lambda: _worker(space), NO_REDIS),
        }

    def parts(self) -> dict[str, Part]:
        """The state of each part, each with ``ok`` and a ``message``."""
        for part in self._parts.values():
            part.refresh()
        deadline = time.monotonic() + WAIT_SECONDS
        return {name: part.current(deadline) for name, part in self._parts.items()}


class _Watched:
    """A part whose state is asked for by at most one thread at a time."""

    def __init__(self, ask: Callable[[], Part], silent: str) -> None:
        self._ask = ask
        self._part = self._silent = _bad(silent)
        self._answered_at = float("-inf")
        self._answered = Event()
        self._is_asking = False
        self._lock = Lock()

    def refresh(self) -> None:
        """Ask again in the background, if the answer is too old and nobody asks."""
        valid = GOOD_SECONDS if self._part["ok"] else BAD_SECONDS
        with self._lock:
            if self._is_asking or time.monotonic() - self._answered_at < valid:
                return
            self._is_asking = True
            self._answered.clear()
        Thread(target=self._run, daemon=True).start()

    def current(self, deadline: float) -> Part:
        """The newest answer, waiting for one that is on its way until ``deadline``."""
        if self._is_asking:
            self._answered.wait(max(0.0, deadline - time.monotonic()))
        is_silent = time.monotonic() - self._answered_at > GOOD_SECONDS + SILENT_SECONDS
        return self._silent if is_silent else self._part

    def _run(self) -> None:
        try:
            self._part = self._ask()
            self._answered_at = time.monotonic()
        finally:
            self._is_asking = False
            self._answered.set()


def _redis(space: Keyspace) -> Part:
    try:
        space.redis.ping()
        warnings = warnings_of(space.redis)
    except RedisError as error:
        return _bad(reason_of(error))
    return {"ok": True, "message": ". ".join(warnings) or None}


def _source(source: Directus) -> Part:
    try:
        answer = source.read_text(PING)
    except DirectusError:
        return _bad(NO_SOURCE)
    return {"ok": True, "message": None} if answer == "pong" else _bad(NO_DIRECTUS)


def _worker(space: Keyspace) -> Part:
    try:
        workers = count_workers(space)
    except RedisError:
        return _bad(NO_REDIS)
    return {"ok": True, "message": None} if workers else _bad(NO_WORKER)


def _bad(message: str) -> Part:
    return {"ok": False, "message": message}
