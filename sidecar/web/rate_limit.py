"""How often one person may have both sides looked at: enough for anybody at a page, too little to
guess tokens by."""

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
    """Counts in Redis, so that several web processes count together. Every method raises
    TooOften."""

    def __init__(
        self, space: Keyspace, checks: int = CHECKS_PER_MINUTE, runs: int = RUNS_PER_MINUTE
    ) -> None:
        # The address is not used where connections are there already.
        storage = RedisStorage(
            "redis://", connection_pool=space.redis.connection_pool, key_prefix=space.key(KEY)
        )
        self._limiter = MovingWindowRateLimiter(storage)
        self._checks = RateLimitItemPerMinute(checks)
        self._runs = RateLimitItemPerMinute(runs)

    def check(self, user: str) -> None:
        """One more check by ``user``."""
        self._take(self._checks, "check", user)

    def start(self, user: str) -> None:
        """One more start of a run by ``user``."""
        self._take(self._runs, "run", user)

    def _take(self, limit: RateLimitItemPerMinute, what: str, user: str) -> None:
        if self._limiter.hit(limit, what, user):
            return
        freed_at = self._limiter.get_window_stats(limit, what, user).reset_time
        seconds = max(1, math.ceil(freed_at - time.time()))
        message = (
            f"More than {limit.amount} {what}s a minute are not taken from one person; "
            f"try again in {seconds} second{'' if seconds == 1 else 's'}"
        )
        raise TooOften(message, retry_after=seconds)
