"""Which failures of an instance are worth another try, and after how long."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from sidecar.directus.pace import LONGEST_RETRY_AFTER
from sidecar.errors import BadGateway, Overloaded, TlsFailed, Unreachable

logger = logging.getLogger(__name__)
ATTEMPTS = 8
TOTAL_SECONDS = 120.0
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often an instance that cannot be reached is asked, and for how many seconds one that asks to slow down."""

    attempts: int
    overloaded_seconds: float


LONG = Patience(ATTEMPTS, 1800.0)
# For somebody who waits in front of a page.
BRIEF = Patience(2, 10.0)
ONCE = Patience(1, 1.0)


def when_to_retry(error: Exception) -> bool | float:
    """A backoff hook for stamina: False, True (exponential with jitter), or the seconds to wait.

    Retry-After wins over our own backoff and is clamped; Directus may send ``0``, which then means our own.
    """
    if isinstance(error, Overloaded) and error.retry_after:
        return min(error.retry_after, LONGEST_RETRY_AFTER)
    return isinstance(error, Overloaded) or _when_broken(error)


def tries(action: Callable[[], Answer], patience: Patience, *, repeatable: bool = True) -> Answer:
    """The answer of ``action``, called again where that is worth it. What is not ``repeatable`` must not happen twice:
    only a server that was too busy to begin is asked again."""
    for attempt in stamina.retry_context(on=_when_overloaded, attempts=None, timeout=patience.overloaded_seconds):
        with attempt:
            return _tries(action, patience) if repeatable else action()
    raise AssertionError("unreachable: retry_context returns or raises")


def _tries(action: Callable[[], Answer], patience: Patience) -> Answer:
    for attempt in stamina.retry_context(on=_when_broken, attempts=patience.attempts, timeout=TOTAL_SECONDS):
        with attempt:
            return action()
    raise AssertionError("unreachable: retry_context returns or raises")


def _when_overloaded(error: Exception) -> bool | float:
    return when_to_retry(error) if isinstance(error, Overloaded) else False


def _when_broken(error: Exception) -> bool:
    return isinstance(error, Unreachable | BadGateway) and not isinstance(error, TlsFailed)


def _log(details: RetryDetails) -> None:
    logger.info("Retry attempt=%d wait=%.1fs cause=%s", details.retry_num, details.wait_for, details.caused_by)


set_on_retry_hooks([_log])
