"""The open file descriptors of a web process: gunicorn's own and those of its workers."""

from pathlib import Path

from tests.stack.processes import Process, children


def open_descriptors(process: Process) -> int:
    """How many there are right now."""
    return sum(
        len(list(Path(f"/proc/{pid}/fd").iterdir()))
        for pid in (process.pid, *children(process.pid))
    )
