"""Runs each check in a thread of its own, so that its request can be answered before it is over.

The places for destinations limit how many there are. A check that takes long gets a state in Redis,
which is kept up to date until it ends.
"""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event, Thread
from traceback import clear_frames
from typing import Any

from redis.exceptions import RedisError

from sidecar.directus.deadline import Deadline
from sidecar.errors import Cancelled
from sidecar.masking import mask, mask_values
from sidecar.migration.check.compatibility import READING
from sidecar.web.check_store import (
    BEAT_SECONDS,
    CANCELLED,
    DONE,
    FAILED,
    CheckState,
    CheckStore,
    begun,
)
from sidecar.web.errors import describe

logger = logging.getLogger(__name__)
# All that a check asks of both sides.
CHECK_SECONDS = 600.0
# The request of a check is answered then, before a proxy gives up.
WAIT_SECONDS = 25.0
# How often it is tried to keep the last state.
LAST_TRIES = 10
WAS_CANCELLED = "The check was cancelled"


class LongCheck:
    """A check of ``user`` under way. It closes ``held`` at its end."""

    def __init__(
        self,
        user: str,
        work: Callable[[Callable[[str], None]], dict[str, Any]],
        deadline: Deadline,
        held: ExitStack,
    ) -> None:
        """``work`` returns the result. It tells the function that it is called with what it
        does."""
        self.user = user
        self._work = work
        self._deadline = deadline
        self._held = held
        self._began = time.monotonic()
        self._state = begun(READING)
        self._result: dict[str, Any] | None = None
        self._error: Exception | None = None
        self._is_over = Event()
        Thread(target=self._run, name="check", daemon=True).start()

    def result(self, seconds: float) -> dict[str, Any] | None:
        """The result, or None if the check takes longer than ``seconds``. Raises what the check
        raises."""
        if not self._is_over.wait(seconds):
            return None
        if self._error:
            raise self._error
        return self._result

    def follow(self, store: CheckStore) -> CheckState:
        """Keep the state in ``store`` up to date from now on, and return it. Raises RedisError."""
        state = self._current()
        try:
            store.begin(self.user, state)
        except RedisError:
            # Nobody would see what it finds.
            self._deadline.cancel()
            raise
        Thread(target=self._keep, args=(store,), name="check state", daemon=True).start()
        return state

    def _run(self) -> None:
        try:
            self._result = self._work(self._announce)
        except Exception as error:
            _forget_locals(error)
            self._error = error
        finally:
            self._held.close()
            self._is_over.set()

    def _announce(self, doing: str) -> None:
        self._state = {**self._state, "doing": doing}

    def _keep(self, store: CheckStore) -> None:
        tries = LAST_TRIES
        while tries:
            is_over = self._is_over.wait(BEAT_SECONDS)
            is_kept = self._keep_once(store)
            if is_over and is_kept:
                return
            if is_over:
                tries -= 1
                time.sleep(BEAT_SECONDS)

    def _keep_once(self, store: CheckStore) -> bool:
        try:
            if not store.is_awaited(self._state["id"]):
                # Each time: a request may just have begun.
                self._deadline.cancel()
            store.write(self.user, self._current())
        except RedisError:
            logger.exception("State of a check not kept check=%s", self._state["id"])
            return False
        return True

    def _current(self) -> CheckState:
        state: CheckState = {**self._state, "seconds": int(time.monotonic() - self._began)}
        if not self._is_over.is_set():
            asked = self._deadline.asked
            # An address may hold a token, too.
            return {**state, "doing": mask(f"{state['doing']} ({asked})")} if asked else state
        if self._error is None:
            return {**state, "state": DONE, "result": mask_values(self._result)}
        return self._failed(state, self._error)

    def _failed(self, state: CheckState, error: Exception) -> CheckState:
        is_cancelled = isinstance(error, Cancelled)
        if is_cancelled:
            error = Cancelled(WAS_CANCELLED)
        status, body = describe(error)
        errors = mask_values(body["errors"])
        name = CANCELLED if is_cancelled else FAILED
        return {**state, "state": name, "failure": {"status": status, "errors": errors}}


def _forget_locals(error: BaseException | None) -> None:
    """Let go of what the functions that failed have read. The error is kept for a while."""
    while error:
        clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
