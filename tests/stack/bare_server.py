"""A web server in a process of its own that does nothing: how fast it answers is how fast the
machine lets anybody answer."""

import sys
from pathlib import Path

from tests.stack.ports import LOOPBACK, free_port
from tests.stack.processes import Process, answers


class BareServer:
    """Serves an empty ``folder``."""

    def __init__(self, folder: Path, logs: Path) -> None:
        folder.mkdir(parents=True)
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        command = [sys.executable, "-m", "http.server", str(port), "--bind", LOOPBACK]
        self.process = Process("bare", command, log=logs / "bare.log", cwd=folder)

    def start(self) -> None:
        """Start and wait until it answers. Raises ProcessError."""
        self.process.start(answers(self.url), seconds=20)
