"""A run that is killed in the middle of something: a process of its own that gets no chance to put
anything back."""

import os
import sys
from pathlib import Path

from tests.stack.directus import DirectusInstance
from tests.stack.gate import Gate
from tests.stack.processes import Process, base_environment


def kill_at(
    gate: Gate, source: DirectusInstance, destination_url: str, token: str, log: Path
) -> None:
    """Start a migration to ``destination_url``, which leads through ``gate``, and kill it there."""
    environment = {
        **base_environment(),
        "DIRECTUS_URL": source.url,
        "DIRECTUS_TOKEN": source.admin_token,
        "MIGRATION_DESTINATION_TOKEN": token,
        "PYTHONPATH": os.getcwd(),
    }
    command = [
        sys.executable,
        "-m",
        "sidecar.cli",
        "migrate",
        "--to",
        destination_url,
        "--options",
        "content",
        "--references",
        "empty",
    ]
    run = Process("a run to be killed", command, log=log, environment=environment)
    run.spawn()
    try:
        gate.wait()
    finally:
        run.kill()
        gate.open()
