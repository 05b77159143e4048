"""Free loopback ports for the parts of the stack.

Ports come from below the range that systems hand out for outgoing connections, so that a part that
was stopped finds its port still free when it is started again, and are given out once per process.
"""

import random
import socket
import threading

LOOPBACK = "127.0.0.1"
FIRST, LAST = 15_000, 30_000

_given: set[int] = set()
_lock = threading.Lock()
_random = random.SystemRandom()


def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on and that this process was not given before."""
    with _lock:
        while (port := _random.randint(FIRST, LAST)) in _given or not _is_free(port):
            pass
        _given.add(port)
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
