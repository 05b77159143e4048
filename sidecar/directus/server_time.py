"""The time of an instance, by its own clock."""

import time
from email.utils import parsedate_to_datetime

from sidecar.directus.client import PING, Directus
from sidecar.directus.retry import RetryPolicy, retry


def server_time(instance: Directus, policy: RetryPolicy) -> float:
    """Unix seconds from the ``Date`` header of an answer. The time of this machine if the instance
    sends none, or one that cannot be. Raises DirectusError."""
    with retry(lambda: instance.open(PING), policy) as response:
        date = response.headers.get("Date", "")
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return time.time()
