"""The token that stops a run. Everything that waits, or works in portions, checks it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sidecar.errors import Cancelled

CANCELLED = "The run was cancelled; start it again, and it continues where it left off"


class CancelToken:
    """Tells whether to go on. Threads may share it.

    ``requested`` returns whether somebody cancelled the run. It raises Interrupted when the process
    stops and another one takes over, and Cancelled if there is another reason to stop.
    """

    def __init__(self, requested: Callable[[], bool] = lambda: False) -> None:
        self._requested = requested
        self._stopped = False

    def check(self) -> None:
        """Raises Cancelled when the run is to stop."""
        if self._requested() or self._stopped:
            raise Cancelled(CANCELLED)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Run a block beside others. When it fails, the others stop at their next check."""
        try:
            yield
        except BaseException:
            self._stopped = True
            raise
