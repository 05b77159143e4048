"""Runs ``sidecar migrate`` as a process of its own, and takes down how long it took and how much
memory it had."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.cores import stopwatch
from tests.bench.lab import Sides, say
from tests.bench.lines import MeasurementFailed
from tests.stack import guardian

LOOK_SECONDS = 0.1
MEGABYTE = 1e6
CONTENT_ALONE = ("--options", "content", "--references", "empty")


@dataclass(frozen=True)
class Run:
    """A run that ended: wall time of its process in ``seconds``, largest resident size in ``peak``
    MB."""

    status: int
    seconds: float
    peak: float
    document: Mapping[str, Any]

    @property
    def completed(self) -> bool:
        return self.status == 0 and self.document["status"] == "completed"

    def stage(self, name: str) -> float | None:
        """The seconds of a stage; None when the report does not tell."""
        stages = self.document.get("stages", ())
        return next((stage.get("seconds") for stage in stages if stage["name"] == name), None)


def migrate(sides: Sides, *arguments: str, source_url: str = "", destination_url: str = "") -> Run:
    """A run that has to be completed and verified. Raises MeasurementFailed."""
    run = try_migrate(sides, *arguments, source_url=source_url, destination_url=destination_url)
    if not run.completed:
        codes = sorted({problem["code"] for problem in run.document["problems"]})
        raise MeasurementFailed(
            f"the run ended {run.document['status']}: {run.document['message']} {codes}"
        )
    return run


def try_migrate(
    sides: Sides, *arguments: str, source_url: str = "", destination_url: str = ""
) -> Run:
    """A run that may end in any way; ``source_url`` and ``destination_url`` lead over proxies.

    Raises MeasurementFailed when it printed no report.
    """
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DIRECTUS_", "MIGRATION_")) or name == "MIGRATION_STORE"
        },
        "DIRECTUS_URL": source_url or sides.source.url,
        "DIRECTUS_TOKEN": sides.source.admin_token,
        "MIGRATION_DESTINATION_TOKEN": sides.destination.admin_token,
    }
    to = destination_url or sides.destination.url
    run = _measured(
        [
            sys.executable,
            "-m",
            "sidecar.cli",
            "migrate",
            "--json",
            "--to",
            to,
            *CONTENT_ALONE,
            *arguments,
        ],
        environment,
    )
    say(f"  sidecar: {run.seconds:.2f} s, {run.peak:.0f} MB, {run.document['status']}")
    return run


def _measured(command: list[str], environment: Mapping[str, str]) -> Run:
    elapsed = stopwatch()
    child = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    guardian.watch(child.pid)
    try:
        output, errors, peak = _communicate(child)
        seconds = elapsed()
    finally:
        guardian.kill_session(child.pid)
        child.wait()
        guardian.forget(child.pid)
    if not output:
        raise MeasurementFailed(
            f"the sidecar ended with {child.returncode} and printed no report: {errors[-2000:]}"
        )
    return Run(child.returncode, seconds, peak, json.loads(output))


def _communicate(child: "subprocess.Popen[str]") -> tuple[str, str, float]:
    """Standard output, standard error and the largest resident size, in MB, that was seen."""
    peak = 0.0
    while True:
        try:
            return *child.communicate(timeout=LOOK_SECONDS), peak
        except subprocess.TimeoutExpired:
            peak = max(peak, _high_water(child.pid))


def _high_water(pid: int) -> float:
    """What the kernel says was the most so far, so that nothing between two looks is missed."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 / MEGABYTE if found else 0.0
