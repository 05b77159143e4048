"""Who holds the lease of a destination: a run, and the process that executes it."""

import os
import platform
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

PROC = Path("/proc")
PID = re.compile("[1-9][0-9]{0,9}")
COMMAND_LINE = "a run of the command line on {}"


@dataclass(frozen=True, slots=True)
class Holder:
    """A run that may hold a lease."""

    run_id: str
    # For people, as the end of "… is under way".
    name: str
    # Whether the run with an id is known to have ended.
    is_over: Callable[[str], bool] = field(default=lambda run_id: False, compare=False)


def command_line_holder() -> Holder:
    """A new holder for a run that is in no record."""
    return Holder(str(uuid.uuid4()), COMMAND_LINE.format(platform.node() or "another machine"))


def this_process() -> str:
    """A text that names this process among all of all machines; "" where that is not possible."""
    return _name_of(os.getpid())


def is_dead(process: str) -> bool:
    """Whether ``process``, which ``this_process`` named, has certainly ended. A process that cannot
    be seen from here, because it is on another machine or in another container, counts as alive."""
    machine, _, number = process.rpartition("/")
    pid, _, started = number.partition(":")
    if not machine or machine != _machine() or not PID.fullmatch(pid):
        return False
    if _is_gone(int(pid)):
        return True
    return started != "" and _started(int(pid)) not in (None, started)


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        # It belongs to another user.
        return False
    return False


def _name_of(pid: int) -> str:
    """The machine, the process id and the time when it started."""
    machine = _machine()
    return f"{machine}/{pid}:{_started(pid) or ''}" if machine else ""


@cache
def _machine() -> str:
    """This boot of this machine, and the name space of process ids; "" if unknown."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{(PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """When a process started; "" for a zombie, so that it equals no name. None: it cannot be read,
    for example because ``/proc`` hides the processes of other users."""
    try:
        # The name of the program, in parentheses, may contain anything.
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return "" if fields[0] == "Z" else fields[19]
