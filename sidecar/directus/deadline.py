"""The time that a client has for all its requests together, where somebody waits for the answer."""

import time

from sidecar.errors import TookTooLong

TOO_SLOW = (
    "{} answers too slowly: not everything was read within {:.0f} seconds. Try again when it has "
    "less to do, or use the command line, which waits longer"
)


class Deadline:
    """Ends ``seconds`` from now for the instance at ``url``."""

    def __init__(self, url: str, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds
        self._url = url
        self._seconds = seconds

    def require_time(self) -> bool:
        """Return False: nobody has cancelled. Raises TookTooLong when the time is over."""
        if time.monotonic() >= self.ends_at:
            raise TookTooLong(TOO_SLOW.format(self._url, self._seconds))
        return False
