"""Names the run in the log records of a worker's own process, which RQ writes.

They name a job: an attempt at a run, or a shard of its files.
"""

import logging
import re

from rq.exceptions import DeserializationError
from rq.job import Job

from sidecar.jobs.job import FUNCTIONS
from sidecar.logs import run_id_of_log

LOGGERS = ("rq.worker", "rq.job", "rq.queue", "rq.registry")
ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# The description of a job, or the id of one that is an attempt at a run.
RUN = re.compile(rf"\brun ({ID})|\b({ID})-[0-9]+\b")


class _RunOfText(logging.Filter):
    """Adds the run to a record whose text names one, outside the execution of a job."""

    def filter(self, record: logging.LogRecord) -> bool:
        found = RUN.search(record.getMessage()) if run_id_of_log.get() is None else None
        if found:
            record.run = found[1] or found[2]
        return True


_FILTER = _RunOfText()


def name_runs() -> None:
    """Name the run in all records of RQ from now on."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)


def run_of(job: Job) -> str | None:
    """The id of the run that ``job`` belongs to; None for a job that is none of the sidecar's."""
    try:
        run_id = job.args[0] if job.func_name in FUNCTIONS and job.args else None
    except DeserializationError:
        return None
    return run_id if isinstance(run_id, str) and re.fullmatch(ID, run_id) else None
