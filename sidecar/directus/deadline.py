"""The time and the memory that all requests have together, also to several instances, where
somebody waits for the answer."""

import math
import time
from collections.abc import Callable
from typing import Any

from sidecar.directus.answer_memory import Share
from sidecar.directus.memory_budget import Budget
from sidecar.errors import TookTooLong

TOO_SLOW = (
    "{} answers too slowly: not everything was read within {:.0f} seconds. Try again when it has "
    "less to do, or use the command line, which waits longer"
)
# A connection with no time to wait would never fail.
SOON = 0.001


class Deadline:
    """Ends ``seconds`` from now. Clients and threads may share it.

    With a ``budget``, the answers take a share of it. Close it then.
    """

    def __init__(self, seconds: float = math.inf, budget: Budget | None = None) -> None:
        self.ends_at = time.monotonic() + seconds
        self._memory = Share(budget, self.ends_at) if budget else None
        self._seconds = seconds

    def close(self) -> None:
        """Give the memory of all answers back."""
        if self._memory:
            self._memory.close()

    def count(self, ask: Callable[[], Any], url: str, *, is_kept: bool) -> Any:
        """Return the data that ``ask`` reads from ``url``, and count the memory that it takes.

        What ``is_kept`` is needed until the end.
        """
        if not self._memory:
            return ask()
        with self._memory.answer(url, is_kept=is_kept) as answer:
            data = ask()
            answer.parsed(data)
            return data

    def shorten(self, seconds: float) -> float:
        """Return ``seconds``, or what is left if that is less. It is never 0."""
        return min(seconds, max(self.ends_at - time.monotonic(), SOON))

    def require_time(self, url: str) -> bool:
        """Return False: nobody has cancelled. Raises TookTooLong when the time is over while the
        instance at ``url`` is asked."""
        if time.monotonic() >= self.ends_at:
            raise TookTooLong(TOO_SLOW.format(url, self._seconds))
        return False
