"""The process that serves the HTTP interface: gunicorn, with options that suit the sidecar."""

import os
import sys
from typing import NoReturn

from sidecar.config import WEB_THREADS

GUNICORN_OPTIONS = (
    *("--workers", "1"),
    *("--threads", str(WEB_THREADS)),
    *("--worker-class", "sidecar.web.server_worker.GatedWorker"),
    # Each request has a connection of its own, so none waits for a next one.
    *("--keep-alive", "0"),
    *("--access-logfile", "-"),
    # Two sidecars of one user would share the file of the socket, and nobody needs it.
    "--no-control-socket",
    *("--logger-class", "sidecar.web.server_log.ServerLog"),
)
# The system gets memory back from glibc as soon as the answers of a check are freed.
MEMORY_OPTIONS = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": str(256 * 1024)}


def serve(bind: str) -> NoReturn:
    """Replace this process with gunicorn, which listens at ``bind``, such as ``127.0.0.1:8000``."""
    arguments = [sys.executable, "-m", "gunicorn", "--bind", bind, *GUNICORN_OPTIONS]
    arguments.append("sidecar.app:serve()")
    os.execve(sys.executable, arguments, {**MEMORY_OPTIONS, **os.environ})  # noqa: S606 (no shell)
