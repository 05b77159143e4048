"""The jobs of the queue, as this sidecar executes them: its own functions only.

RQ imports whatever function a job in Redis names. Here a job is data: it chooses one of the names
in this file, so whoever can write to Redis cannot run other code in a worker.
"""

import logging
from collections.abc import Callable
from typing import Any

from rq.job import Job
from rq.utils import import_attribute

from sidecar.errors import InvalidRequest

MIGRATE = "sidecar.jobs.tasks.migrate"
TRANSFER = "sidecar.jobs.shards.transfer"
ON_FAILURE = "sidecar.jobs.tasks.handle_failure"
FUNCTIONS = frozenset({MIGRATE, TRANSFER})
# The last name is in jobs that an earlier version enqueued.
CALLBACKS = frozenset({ON_FAILURE, "sidecar.jobs.tasks.broke"})
FOREIGN = "A job in the queue names {!r}, which is no job of the sidecar. It was not executed"

logger = logging.getLogger(__name__)


class SidecarJob(Job):
    """A job that calls one of FUNCTIONS, and one of CALLBACKS when it fails."""

    @property
    def func(self) -> Callable[..., Any]:
        """Raises InvalidRequest (FOREIGN_JOB) for any other function, and for methods."""
        name = self.func_name
        if name not in FUNCTIONS or self.instance is not None:
            raise InvalidRequest(FOREIGN.format(name), code="FOREIGN_JOB")
        return import_attribute(name)

    @property
    def success_callback(self) -> None:
        """No job of the sidecar has one."""
        return

    @property
    def failure_callback(self) -> Callable[..., Any] | None:
        return _callback(self._failure_callback_name)

    @property
    def stopped_callback(self) -> Callable[..., Any] | None:
        return _callback(self._stopped_callback_name)

    def send_webhooks(self, *_: Any, **__: Any) -> None:
        """Send nothing: a job could name any address."""


def _callback(name: str | None) -> Callable[..., Any] | None:
    if name in CALLBACKS:
        return import_attribute(name)
    if name:
        logger.error(FOREIGN.format(name))
    return None
