"""Logs: JSON for machines and lines for people, each with its run and its stage."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from sidecar.logs import configure, log_run
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.report.progress import Progress
from sidecar.migration.request import MigrationRequest
from tests.unit.jobs.test_helper_workers import Silent

RUN = "6f1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10"


class Stderr(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture(autouse=True)
def handlers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = before
    root.setLevel(level)


def log_in_a_stage(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> list[str]:
    stderr = Stderr(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", stderr)
    configure()
    logger = logging.getLogger("sidecar.test")
    with log_run(RUN), Progress(MigrationRequest(), Silent()).stage("plan"):
        side_by_side(lambda name: logger.warning("In a thread\nname=%s", name), ["one"])
    logger.info("Outside")
    return stderr.getvalue().splitlines()


def test_machines_get_one_object_per_record_with_run_and_stage_also_from_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside, outside = (json.loads(line) for line in log_in_a_stage(monkeypatch, terminal=False))
    assert inside.pop("timestamp").endswith("+00:00")
    assert inside == {
        "level": "WARNING",
        "logger": "sidecar.test",
        "run": RUN,
        "stage": "plan",
        "message": "In a thread\nname=one",
    }
    assert (outside["run"], outside["stage"], outside["message"]) == (None, None, "Outside")


def test_people_at_a_terminal_get_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_, last = log_in_a_stage(monkeypatch, terminal=True)
    assert f"WARNING sidecar.test run={RUN} stage=plan In a thread" in first
    assert last.endswith("INFO sidecar.test run=None stage=None Outside")
