"""Logging: one record per line on stderr, with the run and the stage that it belongs to.

A terminal gets readable lines. Anything else, such as a log collector, gets JSON.
"""

import json
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
from sidecar.texts import plain, plain_lines

# Of one record. A traceback has several thousand.
MAX_RECORD_CHARACTERS = 50_000
# Of a part that every record has. The other parts share what is left.
MAX_NAME_CHARACTERS = 200
MIN_PART_CHARACTERS = 500
# What may take up to six characters each in JSON, and what joins them.
ROOM_OF_NAMES = 8_000
run_id_of_log: ContextVar[str | None] = ContextVar("run_id_of_log", default=None)
stage_of_log: ContextVar[str | None] = ContextVar("stage_of_log", default=None)
LINE = "%(asctime)s %(levelname)s %(name)s run=%(run)s stage=%(stage)s %(message)s"
WINDOW_SECONDS = 60.0
MAX_ALIKE, MAX_OF_A_LOGGER = 10, 500
# Of records that are no warnings. The web server logs each request.
MAX_INFO_OF_A_LOGGER = 6_000
LEFT_OUT = "more of these are left out for a minute"
# What JSON and the formatter know. Anything else becomes a text.
PLAIN = (str, int, float, dict, list, tuple, datetime, type(None))
FIELDS = ("levelname", "name", "run", "stage", "message")
NAMES = frozenset({"timestamp", "level", "logger", "run", "stage"})
NOT_SHOWN = "(a value that cannot be shown)"


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
    """Writes JSON without secrets, at most MAX_RECORD_CHARACTERS. It escapes control characters.

    A part gets up to half of the room that the parts before it have left. Where too little is left,
    the others are only counted.
    """

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        names = {name: value for name, value in log_data.items() if name in NAMES}
        record = {name: _cut(value, MAX_NAME_CHARACTERS) for name, value in names.items()}
        room = MAX_RECORD_CHARACTERS - ROOM_OF_NAMES
        parts = [one for one in log_data.items() if one[0] not in NAMES]
        for number, (name, value) in enumerate(parts):
            if room < 2 * MIN_PART_CHARACTERS:
                record["left_out"] = len(parts) - number
                break
            name = plain(name, MAX_NAME_CHARACTERS)
            record[name] = _cut(value, room // 2)
            room -= len(json.dumps({name: record[name]}, default=str))
        return record


class _Throttle(logging.Filter):
    """Leaves out records that repeat, so that neither a fault nor a client fills the disk.

    In WINDOW_SECONDS, MAX_ALIKE warnings and errors with the same text pass, and MAX_OF_A_LOGGER of
    each logger. Of lesser records, MAX_INFO_OF_A_LOGGER pass.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._began = clock()
        self._counts: Counter[tuple[str, str | None]] = Counter()
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        limits = _limits_of(record)
        with self._lock:
            if self._clock() - self._began > WINDOW_SECONDS:
                self._began = self._clock()
                self._counts.clear()
            if any(self._counts[key] >= maximum for key, maximum in limits.items()):
                return False
            self._counts.update(limits.keys())
            is_last = any(self._counts[key] == maximum for key, maximum in limits.items())
        if is_last:
            record.msg, record.args = f"{record.getMessage()} ({LEFT_OUT})", ()
        return True


def _limits_of(record: logging.LogRecord) -> dict[tuple[str, str | None], int]:
    """How many records of each kind that ``record`` is of may pass."""
    if record.levelno < logging.WARNING:
        return {(record.name, None): MAX_INFO_OF_A_LOGGER}
    text = str(record.msg)[:MAX_NAME_CHARACTERS]
    return {(record.name, f"text {text}"): MAX_ALIKE, (record.name, "all"): MAX_OF_A_LOGGER}


@contextmanager
def log_run(run_id: str | None) -> Iterator[None]:
    """Name the run in every record that is logged inside the ``with`` block. The stage may be set
    inside it."""
    run, stage = run_id_of_log.set(run_id), stage_of_log.set(None)
    try:
        yield
    finally:
        run_id_of_log.reset(run)
        stage_of_log.reset(stage)


def configure() -> None:
    """Set up logging for a process of the sidecar."""
    handler = logging.StreamHandler()
    handler.addFilter(_RunContext())
    handler.addFilter(_Throttle())
    handler.setFormatter(_LineFormatter(LINE) if sys.stderr.isatty() else json_formatter())
    logging.captureWarnings(capture=True)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _cut(value: Any, room: int) -> Any:
    """``value`` without secrets. It is a text, and cut, if its JSON would need more ``room``."""
    try:
        value = mask_values(value) if isinstance(value, PLAIN) else mask(str(value))
        text = value if isinstance(value, str) else json.dumps(value, default=str)
    except (RecursionError, TypeError, ValueError):
        return NOT_SHOWN
    if len(text) <= room and len(json.dumps(text)) <= room + len('""'):
        return value
    text = plain_lines(text, room)
    while len(json.dumps(text)) > room:
        text = plain_lines(text, len(text) // 2)
    return text


def json_formatter() -> logging.Formatter:
    """Return the formatter that writes one JSON object per record.

    Its keys are timestamp, level, logger, run, stage, message, and the extra fields of the record.
    """
    return _MaskedJsonFormatter(
        FIELDS, timestamp=True, rename_fields={"levelname": "level", "name": "logger"}
    )
