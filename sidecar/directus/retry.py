"""Which failures of an instance are worth another try, and after how long."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TypeVar

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from sidecar.directus.pace import MAX_RETRY_AFTER
from sidecar.errors import BadGateway, Overloaded, TlsFailed, Unreachable

logger = logging.getLogger(__name__)
ATTEMPTS = 12
TOTAL_SECONDS = 120.0
# Such a wait cannot be interrupted, and a run that is cancelled should not be seen to go on.
MAX_WAIT_SECONDS = 2.0
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often an instance that cannot be reached is asked, and for how many seconds one that asks
    to slow down. An answer that has not gone on for ``read_seconds`` counts as lost."""

    attempts: int
    overloaded_seconds: float
    read_seconds: float = 120.0


LONG = RetryPolicy(ATTEMPTS, 1800.0)
# For somebody who waits in front of a page, for a minute at most.
BRIEF = RetryPolicy(2, 10.0, 25.0)
ONCE = RetryPolicy(1, 1.0, 15.0)
# For putting things back after somebody has cancelled, longer than a Retry-After is obeyed
# otherwise.
HURRIED = RetryPolicy(3, MAX_RETRY_AFTER + 15.0)


def when_to_retry(error: Exception, patience: RetryPolicy = LONG) -> bool:
    """Whether to try again, after an exponential wait with jitter.

    A Retry-After is not waited for here: the pace keeps to it, for all threads. One that is longer
    than the patience is not worth another try.
    """
    if isinstance(error, Overloaded):
        return min(error.retry_after or 0.0, MAX_RETRY_AFTER) <= patience.overloaded_seconds
    return _when_broken(error)


def retry(
    action: Callable[[], Answer], patience: RetryPolicy, *, repeatable: bool = True
) -> Answer:
    """The answer of ``action``, called again where that is worth it. What is not ``repeatable``
    must not happen twice: only a server that was too busy to begin is asked again."""
    for attempt in stamina.retry_context(
        on=partial(_when_overloaded, patience),
        attempts=None,
        timeout=patience.overloaded_seconds,
        wait_max=MAX_WAIT_SECONDS,
    ):
        with attempt:
            return _retry(action, patience) if repeatable else action()
    raise AssertionError("unreachable: retry_context returns or raises")


def _retry(action: Callable[[], Answer], patience: RetryPolicy) -> Answer:
    for attempt in stamina.retry_context(
        on=_when_broken,
        attempts=patience.attempts,
        timeout=TOTAL_SECONDS,
        wait_max=MAX_WAIT_SECONDS,
    ):
        with attempt:
            return action()
    raise AssertionError("unreachable: retry_context returns or raises")


def _when_overloaded(patience: RetryPolicy, error: Exception) -> bool:
    return isinstance(error, Overloaded) and when_to_retry(error, patience)


def _when_broken(error: Exception) -> bool:
    return isinstance(error, Unreachable | BadGateway) and not isinstance(error, TlsFailed)


class _Retries:
    """Says and counts what is tried again in this process."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = Lock()

    def __call__(self, details: RetryDetails) -> None:
        logger.info(
            "Retry attempt=%d wait=%.1fs cause=%s",
            details.retry_num,
            details.wait_for,
            details.caused_by,
        )
        with self._lock:
            self.count += 1


RETRIES = _Retries()
set_on_retry_hooks([RETRIES])
