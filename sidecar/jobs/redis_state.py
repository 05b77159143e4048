"""What is wrong with a Redis, in words for its operator. The texts name no address."""

import logging
import re
from typing import cast

from redis import Redis
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
)

logger = logging.getLogger(__name__)
REFUSED = "Redis refuses the user or the password in REDIS_URL"
NO_PERMISSION = (
    "The Redis user in REDIS_URL may not use all commands; give it +@all and ~* on its database"
)
LOADING = "Redis is loading its data; wait until it has finished"
FULL = "Redis is full; raise its maxmemory or free space, and keep the policy noeviction"
READ_ONLY = "Redis only answers reads; REDIS_URL must name the primary, not a replica"
NOT_SAVED = "Redis cannot save its data to disk, so it refuses writes; see the log of Redis"
TOO_SLOW = "Redis does not answer in time; check its load and the network"
NO_TLS = (
    "TLS to Redis failed; check its certificate, and whether REDIS_URL needs rediss:// or redis://"
)
NO_HOST = "The host in REDIS_URL is not known; check its name"
NO_ANSWER = "Redis does not answer; check REDIS_URL and whether Redis runs"
ERROR_CODE = re.compile(r"[A-Z]{1,30}")
UNWRITABLE = re.compile(r"\b(MISCONF|OOM) ")
# The beginning of an error of Redis that has no class of its own.
PREFIXES = {
    "MISCONF": NOT_SAVED,
    "OOM": FULL,
    "NOAUTH": REFUSED,
    "WRONGPASS": REFUSED,
    "NOPERM": NO_PERMISSION,
}
BY_CLASS: tuple[tuple[type[RedisError], str], ...] = (
    (AuthenticationError, REFUSED),
    (NoPermissionError, NO_PERMISSION),
    (BusyLoadingError, LOADING),
    (OutOfMemoryError, FULL),
    (ReadOnlyError, READ_ONLY),
    (TimeoutError, TOO_SLOW),
)
EVICTS = (
    "Redis removes data when it is full (maxmemory-policy {}), which can stop runs; set it to "
    "noeviction"
)
NEARLY_FULL = "Redis is nearly full ({} % of its maxmemory); raise maxmemory before runs fail"
FORGETS = (
    "Redis keeps nothing over a restart, so runs would be lost; start it with --appendonly yes"
)
FULL_SHARE = 0.9


def reason_of(error: RedisError) -> str:
    """What is wrong, and what to do."""
    for kind, reason in BY_CLASS:
        if isinstance(error, kind):
            return reason
    text = str(error)
    if isinstance(error, ResponseError):
        # The rest may have an address or a key, and /health shows it to everybody.
        code = text.partition(" ")[0]
        shown = f" ({code})" if ERROR_CODE.fullmatch(code) else ""
        return PREFIXES.get(code, f"Redis refuses a command{shown}; look for the cause in its log")
    if "SSL" in text or "certificate" in text:
        return NO_TLS
    if "Name or service not known" in text or "name resolution" in text or "Errno -" in text:
        return NO_HOST
    return NO_ANSWER


def refuses_writes(error: Exception) -> bool:
    """Whether Redis answers, but is full or cannot save. A pipeline names its command first."""
    if isinstance(error, OutOfMemoryError):
        return True
    return isinstance(error, ResponseError) and UNWRITABLE.search(str(error)) is not None


def warnings_of(redis: "Redis") -> list[str]:
    """What endangers runs although Redis answers. Raises RedisError."""
    memory = redis.info("memory")
    saving = redis.info("persistence")
    warnings = []
    policy = str(memory.get("maxmemory_policy", "noeviction"))
    limit, used = int(memory.get("maxmemory") or 0), int(memory.get("used_memory") or 0)
    if limit and policy != "noeviction":
        warnings.append(EVICTS.format(policy))
    if limit and used > FULL_SHARE * limit:
        warnings.append(NEARLY_FULL.format(round(100 * used / limit)))
    if saving.get("aof_enabled") == 0 and not _saves_snapshots(redis):
        warnings.append(FORGETS)
    return warnings


def log_warnings(redis: "Redis") -> None:
    """Log what endangers runs, once at start."""
    try:
        for warning in warnings_of(redis):
            logger.warning("%s", warning)
    except RedisError as error:
        logger.warning("%s", reason_of(error))


def _saves_snapshots(redis: "Redis") -> bool:
    """Whether Redis saves snapshots. A managed Redis does not tell, and counts as one that does."""
    try:
        answer = cast(dict[str, str], redis.config_get("save"))
    except ResponseError:
        return True
    return bool(answer.get("save"))
