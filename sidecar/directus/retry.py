"""Which failures of an instance are worth another try, and when to try again."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TypeVar

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from sidecar.directus.retry_gate import MAX_RETRY_AFTER_SECONDS
from sidecar.errors import BadGateway, NotConnected, Overloaded, TlsFailed, Unreachable

logger = logging.getLogger(__name__)
# Nothing interrupts such a wait, and a cancelled run should end soon.
MAX_WAIT_SECONDS = 2.0
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to insist on an answer."""

    # Tries while the instance cannot be reached, or loses this request.
    attempts: int
    # Seconds of further tries while the instance asks to slow down.
    overloaded_seconds: float
    # The connection counts as lost after so many seconds without a byte.
    read_seconds: float = 120.0
    # A request and its whole answer, or a megabyte of a file, take so many seconds at most.
    answer_seconds: float = 600.0
    # Seconds of further tries while the instance cannot be reached.
    lost_seconds: float = 120.0
    # Whether more than ``attempts`` are made in this time, to an instance that has answered before.
    outlasts_outages: bool = False


LONG = RetryPolicy(12, 1800.0, lost_seconds=300.0, outlasts_outages=True)
# A person waits for the page, for a minute at most.
BRIEF = RetryPolicy(2, 10.0, 25.0, 25.0)
ONCE = RetryPolicy(1, 1.0, 15.0, 15.0)
# Restores the destination after a run was cancelled. Outlasts the longest Retry-After.
HURRIED = RetryPolicy(3, MAX_RETRY_AFTER_SECONDS + 15.0)


def is_worth_retrying(error: Exception, policy: RetryPolicy = LONG) -> bool:
    """Whether the same request may succeed later.

    After a refusal, the limiter waits for Retry-After on behalf of all threads. If Retry-After
    exceeds what ``policy`` allows, there is no further try.
    """
    if isinstance(error, Overloaded):
        seconds = min(error.retry_after or 0.0, MAX_RETRY_AFTER_SECONDS)
        return seconds <= policy.overloaded_seconds
    return is_lost(error)


def retry(
    action: Callable[[], Answer],
    policy: RetryPolicy,
    *,
    repeatable: bool = True,
    is_out: Callable[[], bool] = lambda: False,
) -> Answer:
    """Return the answer of ``action``; call it again after failures that may pass.

    An action that is not ``repeatable`` must not happen twice. It is called again only when there
    was no connection, or the server was too busy to begin. ``is_out`` tells whether the instance
    answers nothing at all, and has answered before. Raises the last error, or one that is not worth
    another try.
    """
    for attempt in stamina.retry_context(
        on=partial(_is_overloaded, policy),
        attempts=None,
        timeout=policy.overloaded_seconds,
        wait_max=MAX_WAIT_SECONDS,
    ):
        with attempt:
            return _retry_lost(action, policy, is_lost if repeatable else _is_unsent, is_out)
    raise AssertionError("unreachable: retry_context returns or raises")


def _retry_lost(
    action: Callable[[], Answer],
    policy: RetryPolicy,
    may_try_again: Callable[[Exception], bool],
    is_out: Callable[[], bool],
) -> Answer:
    tries = 0

    def is_worth_another(error: Exception) -> bool:
        nonlocal tries
        tries += 1
        return may_try_again(error) and (
            tries < policy.attempts or (policy.outlasts_outages and is_out())
        )

    for attempt in stamina.retry_context(
        on=is_worth_another,
        attempts=None,
        timeout=policy.lost_seconds,
        wait_max=MAX_WAIT_SECONDS,
    ):
        with attempt:
            return action()
    raise AssertionError("unreachable: retry_context returns or raises")


def _is_overloaded(policy: RetryPolicy, error: Exception) -> bool:
    return isinstance(error, Overloaded) and is_worth_retrying(error, policy)


def _is_unsent(error: Exception) -> bool:
    return isinstance(error, NotConnected)


def is_lost(error: Exception) -> bool:
    """Whether request or answer got lost on the way."""
    return isinstance(error, Unreachable | BadGateway) and not isinstance(error, TlsFailed)


class _RetryCounter:
    """Logs and counts the retries of this process."""

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


RETRIES = _RetryCounter()
set_on_retry_hooks([RETRIES])
