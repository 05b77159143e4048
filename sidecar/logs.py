"""Logging: one record per line on stderr, with the run and the stage that it belongs to.

A terminal gets readable lines. Anything else, such as a log collector, gets JSON.
"""

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from threading import Lock
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from sidecar.masking import mask, mask_values
from sidecar.texts import plain_lines

# A traceback has several thousand.
MAX_RECORD_CHARACTERS = 50_000
run_id_of_log: ContextVar[str | None] = ContextVar("run_id_of_log", default=None)
stage_of_log: ContextVar[str | None] = ContextVar("stage_of_log", default=None)
LINE = "%(asctime)s %(levelname)s %(name)s run=%(run)s stage=%(stage)s %(message)s"
WINDOW_SECONDS = 60.0
MAX_ALIKE, MAX_OF_A_LOGGER = 10, 500
LEFT_OUT = "more of these are left out for a minute"
# What JSON and the formatter know. Anything else becomes a text.
PLAIN = (str, int, float, dict, list, tuple, datetime, type(None))
FIELDS = ("levelname", "name", "run", "stage", "message")


class _RunContext(logging.Filter):
    """Adds the current run and stage to records that name none. Outside a run both are None."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.run = record.__dict__.get("run") or run_id_of_log.get()
        record.stage = record.__dict__.get("stage") or stage_of_log.get()
        return True


class _LineFormatter(logging.Formatter):
    """Writes lines that have no secrets and cannot control the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return plain_lines(super().format(record), MAX_RECORD_CHARACTERS)


class _MaskedJsonFormatter(JsonFormatter):
    """Writes JSON without secrets. It escapes control characters."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {name: _masked(value) for name, value in log_data.items()}


class _Throttle(logging.Filter):
    """Leaves out warnings and errors that repeat, so that a fault does not fill the disk.

    Of each text, MAX_ALIKE pass in WINDOW_SECONDS, and of each logger MAX_OF_A_LOGGER.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._began = clock()
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        with self._lock:
            if self._clock() - self._began > WINDOW_SECONDS:
                self._began = self._clock()
                self._counts.clear()
            alike = self._count(record.name, str(record.msg))
            if alike > MAX_ALIKE:
                return False
            from_logger = self._count(record.name)
        if alike == MAX_ALIKE or from_logger == MAX_OF_A_LOGGER:
            record.msg, record.args = f"{record.getMessage()} ({LEFT_OUT})", ()
        return from_logger <= MAX_OF_A_LOGGER

    def _count(self, *key: str) -> int:
        self._counts[key] += 1
        return self._counts[key]


@contextmanager
def log_run(run_id: str) -> Iterator[None]:
    """Name the run in every record that is logged inside the ``with`` block."""
    token = run_id_of_log.set(run_id)
    try:
        yield
    finally:
        run_id_of_log.reset(token)


def configure() -> None:
    """Set up logging for a process of the sidecar."""
    handler = logging.StreamHandler()
    handler.addFilter(_RunContext())
    handler.addFilter(_Throttle())
    handler.setFormatter(_LineFormatter(LINE) if sys.stderr.isatty() else json_formatter())
    logging.captureWarnings(capture=True)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _masked(value: Any) -> Any:
    is_plain = isinstance(value, PLAIN)
    return mask_values(value) if is_plain else mask(str(value))


def json_formatter() -> logging.Formatter:
    """Return the formatter that writes one JSON object per record.

    Its keys are timestamp, level, logger, run, stage, message, and the extra fields of the record.
    """
    return _MaskedJsonFormatter(
        FIELDS, timestamp=True, rename_fields={"levelname": "level", "name": "logger"}
    )
