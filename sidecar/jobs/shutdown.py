"""Whether this work horse has to stop at its next batch. Its worker sends SIGTERM when the worker
itself is stopped, for example by ``docker stop``."""

import signal
from typing import Any

_requested = False


def handle_sigterm() -> None:
    """Let SIGTERM request a shutdown instead of ending the process."""
    signal.signal(signal.SIGTERM, _request)


def shutdown_requested() -> bool:
    return _requested


def _request(*signal_and_frame: Any) -> None:
    # A signal handler can interrupt any code, so it must not take a lock.
    global _requested
    _requested = True
