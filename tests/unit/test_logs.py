"""Logs: JSON for machines and lines for people, each with its run and its stage."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from sidecar.logs import (
    LEFT_OUT,
    MAX_ALIKE,
    MAX_OF_A_LOGGER,
    WINDOW_SECONDS,
    _Throttle,
    configure,
    log_run,
)
from sidecar.masking import MASK, hide_own
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


def test_a_fault_that_repeats_does_not_fill_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Stderr(terminal=False)
    monkeypatch.setattr(sys, "stderr", stderr)
    configure()
    logger = logging.getLogger("sidecar.test")
    for number in range(5_000):
        logger.warning("Check failed number=%d", number)
    logger.error("Another fault")
    for _ in range(20):
        logger.info("Goes on")
    lines = [json.loads(line) for line in stderr.getvalue().splitlines()]
    texts = [line["message"] for line in lines if line["level"] == "WARNING"]
    assert len(texts) == MAX_ALIKE
    assert texts[-1] == f"Check failed number=9 ({LEFT_OUT})"
    assert [line["message"] for line in lines if line["level"] == "ERROR"] == ["Another fault"]
    assert len([line for line in lines if line["level"] == "INFO"]) == 20


def test_a_fault_is_logged_again_after_a_minute_and_one_logger_does_not_drown_the_others() -> None:
    moment = 0.0
    throttle = _Throttle(lambda: moment)

    def passes(name: str, text: str) -> bool:
        return throttle.filter(logging.LogRecord(name, logging.WARNING, "", 0, text, (), None))

    assert sum(passes("rows", f"row {number}") for number in range(2_000)) == MAX_OF_A_LOGGER
    assert passes("others", "row 1")
    moment = WINDOW_SECONDS + 1
    assert passes("rows", "row 1")


def test_a_secret_is_masked_in_the_texts_of_a_record_only(monkeypatch: pytest.MonkeyPatch) -> None:
    hide_own("a-secret-of-logs", '"timestamp":')
    stderr = Stderr(terminal=False)
    monkeypatch.setattr(sys, "stderr", stderr)
    configure()
    extra = {"error": ValueError("a-secret-of-logs"), "size": 1}
    logging.getLogger("sidecar.test").info("With a-secret-of-logs", extra=extra)
    record = json.loads(stderr.getvalue())
    assert (record["message"], record["error"]) == (f"With {MASK}", MASK)
    assert (record["size"], "timestamp" in record) == (1, True)
