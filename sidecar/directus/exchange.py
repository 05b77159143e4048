"""The limits of one request and its answer: how long they may take, and how many bytes may come.

A time-out of the socket limits only the wait for the next byte. An instance that sends one byte a
second, or an answer without end, would hold a thread and its memory for ever.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import local

from sidecar.directus.retry import RetryPolicy
from sidecar.errors import AnswerTooLarge

MEGABYTE = 1_000_000
# Status line and headers, and 8 kB of the body that are read along with them.
MAX_HEAD_BYTES = 256 * 1024
# Of an error, which may repeat a batch as the statement that the database refused. A longer one is
# cut.
MAX_ERROR_BYTES = 8 * MEGABYTE
# A page has about 1 MB. It is longer only where single rows are large.
MAX_ROWS_BYTES = 64 * MEGABYTE
# 500 collections of 20 fields each take 11 MB.
MAX_DESCRIPTION_BYTES = 32 * MEGABYTE
MAX_OTHER_BYTES = 8 * MEGABYTE
DESCRIPTIONS = ("/schema/", "/collections", "/fields", "/relations")

_current = local()


class Exchange:
    """One request and its answer of at most ``max_bytes``, which end in the time of ``policy``.

    ``until`` is the time of ``time.monotonic`` at which they end in any case. A body that is
    ``streamed`` is sent without a limit: the time begins with the answer.
    """

    def __init__(
        self, policy: RetryPolicy, max_bytes: float, until: float, *, streamed: bool
    ) -> None:
        self.max_bytes = max_bytes
        self._policy = policy
        self._until = until
        self._ends_at = math.inf
        if not streamed:
            self.restart()

    def restart(self) -> None:
        """Begin to count the time."""
        self._ends_at = min(time.monotonic() + self._policy.answer_seconds, self._until)

    def begin_answer(self) -> None:
        """Begin to count the time, unless that has begun."""
        if math.isinf(self._ends_at):
            self.restart()

    def seconds_to_wait(self) -> float:
        """Return how long to wait for the next byte. Raises TimeoutError when the time is over."""
        seconds = self._ends_at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the answer took too long")
        return min(seconds, self._policy.read_seconds)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Apply the limits to the requests that this thread sends in the block."""
        # An upload opens the download that it sends, which is an exchange with the other side.
        outer = current_exchange()
        _current.exchange = self
        try:
            yield
        finally:
            _current.exchange = outer


def current_exchange() -> Exchange | None:
    """Return the exchange that is under way in this thread."""
    exchange: Exchange | None = getattr(_current, "exchange", None)
    return exchange


def max_bytes_of(method: str, path: str) -> int:
    """Return how many bytes the answer to a request may have, after decompression."""
    if method == "SEARCH":
        return MAX_ROWS_BYTES
    return MAX_DESCRIPTION_BYTES if path.startswith(DESCRIPTIONS) else MAX_OTHER_BYTES


def too_large(where: str, max_bytes: float) -> AnswerTooLarge:
    """Return the error for an answer that is too long."""
    return AnswerTooLarge(f"{where} sent more than {max_bytes:,} bytes in one answer")
