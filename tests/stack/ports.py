"""Free loopback ports for the parts of the stack.

Ports come from below the range that systems hand out for outgoing connections, so that a part that
was stopped finds its port still free when it is started again. A port is given out once, to one
process of this machine: several test processes run at the same time, and a part may bind its port
long after it was given one. A lock on a file claims the port until the process ends.
"""

import fcntl
import random
import socket
import tempfile
from pathlib import Path
from typing import IO

LOOPBACK = "127.0.0.1"
FIRST, LAST = 15_000, 30_000
CLAIMS = Path(tempfile.gettempdir()) / "directus-migration-ports"

_claimed: list[IO[bytes]] = []
_random = random.SystemRandom()


def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on and that no test process was given before."""
    while not (_claim(port := _random.randint(FIRST, LAST)) and _is_free(port)):
        pass
    return port


def _claim(port: int) -> bool:
    CLAIMS.mkdir(exist_ok=True)
    claim = (CLAIMS / str(port)).open("ab")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        claim.close()
        return False
    _claimed.append(claim)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
