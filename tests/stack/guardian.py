"""Keeps child processes from outliving this Python process, even when that is killed without a
chance to tidy up.

A small second Python reads session ids from a pipe. The pipe closes when the parent is gone,
however it went, and whatever is still on the list is killed then. Sessions are used rather than
process groups because a worker may put its own child into a new group.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

_lock = threading.Lock()
_guardians: dict[int, subprocess.Popen[str]] = {}


def watch(session: int) -> None:
    """Have the session killed when this process ends."""
    _tell(f"+{session}")


def forget(session: int) -> None:
    """The session has ended; its number may belong to somebody else soon."""
    _tell(f"-{session}")


def signal_group(session: int, number: signal.Signals) -> None:
    """Send a signal to the session's first process group; a group that is gone is not an error."""
    with suppress(ProcessLookupError):
        os.killpg(session, number)


def kill_session(session: int) -> None:
    """SIGKILL to every process of the session (where there is no /proc: of its first group)."""
    signal_group(session, signal.SIGKILL)
    for pid in _members(session):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _members(session: int) -> list[int]:
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The command's name comes second, in parentheses, and may hold spaces.
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            members.append(int(stat.parent.name))
    return members


def _tell(line: str) -> None:
    with _lock:
        # By process id: a forked copy of this process needs a guardian of its own.
        guardian = _guardians.get(os.getpid()) or _guardians.setdefault(os.getpid(), _start())
        print(line, file=guardian.stdin, flush=True)


def _start() -> "subprocess.Popen[str]":
    command = [sys.executable, "-S", str(Path(__file__))]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)
    # Closes the pipe and waits for the guardian's end; runs after the handlers that stop the
    # processes themselves.
    atexit.register(child.communicate)
    return child


def _guard(lines: IO[str]) -> None:
    sessions: set[int] = set()
    for line in lines:
        session = int(line[1:])
        if line[0] == "+":
            sessions.add(session)
        else:
            sessions.discard(session)
    for session in sessions:
        kill_session(session)


if __name__ == "__main__":
    _guard(sys.stdin)
