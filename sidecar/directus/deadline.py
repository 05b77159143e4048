"""The time that all requests have together, also to several instances, where somebody waits for the
answer."""

import math
import time

from sidecar.errors import TookTooLong

TOO_SLOW = (
    "{} answers too slowly: not everything was read within {:.0f} seconds. Try again when it has "
    "less to do, or use the command line, which waits longer"
)
# A connection with no time to wait would never fail.
SOON = 0.001


class Deadline:
    """Ends ``seconds`` from now. Clients and threads may share it."""

    def __init__(self, seconds: float = math.inf) -> None:
        self.ends_at = time.monotonic() + seconds
        self._seconds = seconds

    def shorten(self, seconds: float) -> float:
        """Return ``seconds``, or what is left if that is less. It is never 0."""
        return min(seconds, max(self.ends_at - time.monotonic(), SOON))

    def require_time(self, url: str) -> bool:
        """Return False: nobody has cancelled. Raises TookTooLong when the time is over while the
        instance at ``url`` is asked."""
        if time.monotonic() >= self.ends_at:
            raise TookTooLong(TOO_SLOW.format(url, self._seconds))
        return False
