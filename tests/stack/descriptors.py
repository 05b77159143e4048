"""What a process of the sidecar holds: file descriptors, threads and memory, its own and those of
its children, such as gunicorn's workers."""

from pathlib import Path
from typing import NamedTuple

from tests.stack.processes import Process, children


class Held(NamedTuple):
    """What a process holds right now."""

    descriptors: int
    threads: int
    megabytes: float


def open_descriptors(process: Process) -> int:
    """How many there are right now."""
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in _pids(process))


def held_by(process: Process) -> Held:
    """Everything that it holds right now."""
    return Held(
        open_descriptors(process),
        sum(_status(pid, "Threads") for pid in _pids(process)),
        sum(_status(pid, "VmRSS") for pid in _pids(process)) / 1024,
    )


def _pids(process: Process) -> list[int]:
    return [process.pid, *children(process.pid)]


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])
