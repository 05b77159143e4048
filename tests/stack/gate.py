"""Holds a request back until told otherwise, so that a test can act while a run is in the middle of
something."""

import threading

from tests.stack.proxy import Rewrite

SECONDS = 60


class Gate:
    """A ``rewrite`` for a Proxy that stops at the ``nth`` answer to ``method`` on a path that
    begins with ``path``, and at all later ones."""

    def __init__(self, method: str, path: str, nth: int = 1) -> None:
        self._wanted = method, path
        self._passing = threading.Semaphore(nth - 1)
        self._reached = threading.Event()
        self._open = threading.Event()

    @property
    def rewrite(self) -> Rewrite:
        return self._hold

    def wait(self) -> None:
        """Return when something waits at the gate. Raises TimeoutError."""
        if not self._reached.wait(SECONDS):
            raise TimeoutError(f"nothing came to {' '.join(self._wanted)} within {SECONDS} s")

    def open(self) -> None:
        self._open.set()

    def _hold(self, method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        is_wanted = (method, path.startswith(self._wanted[1])) == (self._wanted[0], True)
        if is_wanted and not self._passing.acquire(blocking=False):
            self._reached.set()
            self._open.wait(SECONDS)
        return status, body
