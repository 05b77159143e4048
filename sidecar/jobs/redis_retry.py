"""Waiting for a Redis that does not answer: said at once, and not at all if it is of no use."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from redis.exceptions import AuthenticationError, RedisError
from redis.retry import Retry

from sidecar.jobs.redis_state import reason_of

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
