"""Which failures of an instance are worth another try, and after how long."""

import logging

from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from sidecar.errors import BadGateway, Overloaded, TlsFailed, Unreachable

logger = logging.getLogger(__name__)
ATTEMPTS = 8
TOTAL_SECONDS = 120.0
LONGEST_RETRY_AFTER = 60.0


def when_to_retry(error: Exception) -> bool | float:
    """A backoff hook for stamina: False, True (exponential with jitter), or the seconds to wait.

    Retry-After wins over our own backoff and is clamped; Directus may send ``0``, which then means our own.
    """
    if isinstance(error, TlsFailed):
        return False
    if isinstance(error, Overloaded) and error.retry_after:
        return min(error.retry_after, LONGEST_RETRY_AFTER)
    return isinstance(error, Overloaded | Unreachable | BadGateway)


def when_refused(error: Exception) -> bool | float:
    """The same for what must not happen twice: only a server that was too busy to begin is asked again."""
    return when_to_retry(error) if isinstance(error, Overloaded) else False


def _log(details: RetryDetails) -> None:
    logger.info("Retry attempt=%d wait=%.1fs cause=%s", details.retry_num, details.wait_for, details.caused_by)


set_on_retry_hooks([_log])
