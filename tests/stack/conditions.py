"""Waiting for something to be so."""

import time
from collections.abc import Callable
from typing import TypeVar

from tests.stack.processes import POLL_SECONDS

Found = TypeVar("Found")
SECONDS = 60.0


def wait_until(condition: Callable[[], Found], seconds: float = SECONDS) -> Found:
    """The first answer of ``condition`` that is true. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{condition} was not so within {seconds:g} s")
        time.sleep(POLL_SECONDS)
    return found
