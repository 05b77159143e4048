"""One child process of the test stack: started with a log of its own, waited for, stopped, never
left behind.

Everything else in this package (databases, Directus, Redis, sidecar) is a ``Process`` with a
command and a question that tells when it is ready. Each runs in a session of its own, so that
stopping it also reaches the children it made, whatever process group they moved to.
"""

import atexit
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import requests

from tests.stack import guardian

POLL_SECONDS = 0.1
TAIL_LINES = 40
KEPT_VARIABLES = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
    "MIGRATION_STORE",
)  # fmt: skip


class ProcessError(RuntimeError):
    """A process ended early or did not become ready; the message holds the end of its log."""


def base_environment() -> dict[str, str]:
    """The few variables a child inherits, so that a developer's own DB_* or DIRECTUS_* cannot leak
    into a test."""
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}


def answers(
    url: str, accept: Callable[[requests.Response], bool] = lambda response: True
) -> Callable[[], bool]:
    """A readiness question: does GET ``url`` answer, with any status, and does ``accept`` like the
    answer?"""

    def ask() -> bool:
        with requests.Session() as session:
            session.trust_env = False
            try:
                return accept(session.get(url, timeout=5))
            except requests.RequestException:
                return False

    return ask


def children(pid: int) -> list[int]:
    """The process ids of what the process ``pid`` started itself: of a worker, its work horses."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Process:
    """A command with a log file. ``start`` may be called again after ``stop`` or ``kill``; the log
    is appended to."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        """``environment`` is the whole of it, not an addition; ``user`` is whom to become (only
        root can)."""
        self.name = name
        self.log = log
        self._command = list(command)
        self._environment = dict(base_environment() if environment is None else environment)
        self._cwd = cwd
        self._user = user
        self._stop_signal = stop_signal
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int:
        """Process id of the child, which is also the id of its session. Raises ProcessError when
        not started."""
        if self._child is None:
            raise ProcessError(f"{self.name} is not running")
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether the child was started and has not ended."""
        return self._child is not None and self._child.poll() is None

    def start(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Start and wait until ``ready()`` is true. Raises ProcessError, with the log's tail, after
        stopping it."""
        self.spawn()
        try:
            self._wait_until(ready, seconds)
        except BaseException:
            self.kill()
            raise

    def spawn(self) -> None:
        """Start without waiting. Raises ProcessError when it runs already."""
        if self.running:
            raise ProcessError(f"{self.name} is already running")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._log_start = output.tell()
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd=self._cwd,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                start_new_session=True,
            )
        guardian.watch(self._child.pid)
        atexit.register(self.stop)

    def finish(self, seconds: float = 120) -> None:
        """Run to the end: for commands that do one thing. Raises ProcessError unless it exits with
        0 in time."""
        self.spawn()
        assert self._child is not None
        try:
            code = self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise self._error(f"did not finish within {seconds:g} s") from None
        finally:
            self.kill()
        if code != 0:
            raise self._error(f"ended with exit status {code}")

    def stop(self, seconds: float = 10) -> None:
        """Ask the group to end, wait up to ``seconds``, then kill what is left. Does nothing when
        not running."""
        if self._child is None:
            return
        guardian.signal_group(self._child.pid, self._stop_signal)
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the child and everything in its session. Does nothing when not running."""
        if self._child is None:
            return
        guardian.kill_session(self._child.pid)
        self._child.wait()
        guardian.forget(self._child.pid)
        atexit.unregister(self.stop)
        self._child = None

    def tail(self, lines: int = TAIL_LINES) -> str:
        """The last lines that the log got since the latest start."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            text = log.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def _wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        assert self._child is not None
        deadline = time.monotonic() + seconds
        while not ready():
            if self._child.poll() is not None:
                raise self._error(f"ended early with exit status {self._child.returncode}")
            if time.monotonic() > deadline:
                raise self._error(f"was not ready after {seconds:g} s")
            time.sleep(POLL_SECONDS)

    def _error(self, what: str) -> ProcessError:
        return ProcessError(
            f"{self.name} {what}. The end of {self.log}:\n{self.tail() or '(the log is empty)'}"
        )
