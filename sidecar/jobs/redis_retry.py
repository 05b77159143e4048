"""Waiting for a Redis that does not answer or refuses writes: said at once, and not at all if it is
of no use."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from redis.backoff import ExponentialBackoff
from redis.exceptions import AuthenticationError, RedisError, ResponseError
from redis.retry import Retry

from sidecar.jobs.redis_state import reason_of, refuses_writes

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class PatientRetry(Retry):
    """Logs why it tries again. A wrong password is an error at once."""

    def call_with_retry(
        self,
        do: Callable[[], Answer],
        fail: Callable[..., Any],
        is_retryable: Callable[[Exception], bool] | None = None,
        with_failure_count: bool = False,
    ) -> Answer:
        def judge(error: Exception) -> bool:
            if isinstance(error, AuthenticationError):
                return False
            if isinstance(error, RedisError):
                logger.warning("Wait for Redis reason=%s", reason_of(error))
            return is_retryable is None or is_retryable(error)

        return super().call_with_retry(do, fail, judge, with_failure_count)


# Waits up to about ten minutes for a Redis that does not answer.
PATIENT = PatientRetry(ExponentialBackoff(cap=2, base=0.1), 300)
# Waits as long for a Redis that is full or cannot save.
_WRITABLE = PatientRetry(ExponentialBackoff(cap=2, base=0.1), 300, (ResponseError,))


def when_writable(write: Callable[[], Answer]) -> Answer:
    """Return the answer of ``write``; call it again while Redis refuses writes. Raises
    RedisError."""
    return _WRITABLE.call_with_retry(write, lambda _: None, refuses_writes)
