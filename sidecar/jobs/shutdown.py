"""Whether this work horse is to stop at the next batch: its worker was told to, such as by ``docker
stop``."""

import signal
from typing import Any

_asked = False


def listen() -> None:
    """Take SIGTERM for the wish to stop, instead of dying of it."""
    signal.signal(signal.SIGTERM, _ask)


def is_stopping() -> bool:
    return _asked


def _ask(*signal_and_frame: Any) -> None:
    # No lock: a handler runs in the middle of anything.
    global _asked
    _asked = True
