"""How often one user may check or start: enough for a page, too seldom to guess tokens."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from sidecar.errors import TooOften
from sidecar.jobs.keyspace import Keyspace

CHECKS_PER_MINUTE = 30
RUNS_PER_MINUTE = 30
KEY = "limit"


class RateLimit:
    """Counts in Redis, together for all web processes. Every method raises TooOften."""

    def __init__(
        self, space: Keyspace, checks: int = CHECKS_PER_MINUTE, runs: int = RUNS_PER_MINUTE
    ) -> None:
        # With a connection pool the address is not used.
        storage = RedisStorage(
            "redis://", connection_pool=space.redis.connection_pool, key_prefix=space.key(KEY)
        )
        self._limiter = MovingWindowRateLimiter(storage)
        self._checks = RateLimitItemPerMinute(checks)
        self._runs = RateLimitItemPerMinute(runs)

    def check(self, user: str) -> None:
        """Count one check by ``user``."""
        self._take(self._checks, "check", user)

    def start(self, user: str) -> None:
        """Count one start of a run by ``user``."""
        self._take(self._runs, "run", user)

    def _take(self, limit: RateLimitItemPerMinute, what: str, user: str) -> None:
        if self._limiter.hit(limit, what, user):
            return
        freed_at = self._limiter.get_window_stats(limit, what, user).reset_time
        seconds = max(1, math.ceil(freed_at - time.time()))
        message = (
            f"More than {limit.amount} {what}s a minute by one user are not allowed; "
            f"try again in {seconds} second{'' if seconds == 1 else 's'}"
        )
        raise TooOften(message, retry_after=seconds)
