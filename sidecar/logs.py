"""Logging: one line a record on stderr, with the id of the run it belongs to."""

import logging
from contextvars import ContextVar

run_id_of_log: ContextVar[str] = ContextVar("run_id_of_log", default="-")
FORMAT = "%(asctime)s %(levelname)s %(name)s run=%(run_id)s %(message)s"


class _RunId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.run_id = run_id_of_log.get()
        return True


def configure() -> None:
    """Set logging up for a process of the sidecar."""
    handler = logging.StreamHandler()
    handler.addFilter(_RunId())
    logging.basicConfig(level=logging.INFO, format=FORMAT, handlers=[handler], force=True)
