"""Logging: one record a line on stderr, each with the run that it belongs to and the stage of it.
People at a terminal get lines, whoever collects logs gets JSON."""

import logging
import sys
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

run_id_of_log: ContextVar[str | None] = ContextVar("run_id_of_log", default=None)
stage_of_log: ContextVar[str | None] = ContextVar("stage_of_log", default=None)
LINE = "%(asctime)s %(levelname)s %(name)s run=%(run)s stage=%(stage)s %(message)s"
FIELDS = ("levelname", "name", "run", "stage", "message")


class _Whereabouts(logging.Filter):
    """Puts run and stage into a record that does not bring its own; None outside of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.run = record.__dict__.get("run") or run_id_of_log.get()
        record.stage = record.__dict__.get("stage") or stage_of_log.get()
        return True


def configure() -> None:
    """Set logging up for a process of the sidecar."""
    handler = logging.StreamHandler()
    handler.addFilter(_Whereabouts())
    handler.setFormatter(logging.Formatter(LINE) if sys.stderr.isatty() else json_formatter())
    logging.captureWarnings(capture=True)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def json_formatter() -> logging.Formatter:
    """One JSON object a record: timestamp, level, logger, run, stage, message, and what a record
    brings besides."""
    return JsonFormatter(
        FIELDS, timestamp=True, rename_fields={"levelname": "level", "name": "logger"}
    )
