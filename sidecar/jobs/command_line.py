"""Records a run of the command line in Redis, so that the page lists it in its history.

The run is stored when it has ended. Redis is optional there, so a failure is only logged.
"""

import getpass
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from sidecar.config import SourceSettings, read_redis_url
from sidecar.errors import InvalidRequest
from sidecar.jobs.finish import finish_run
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import TIMEOUT_SECONDS
from sidecar.jobs.rates import IDLE
from sidecar.jobs.run_log import RunLog
from sidecar.jobs.run_order import RunOrder, utc_now
from sidecar.jobs.run_store import RunStore
from sidecar.migration.report.progress import Progress, Watcher
from sidecar.migration.report.report import FileProof, Level, Report

MAX_LINES = 10_000
NAME = "Command line ({})"
NOT_RECORDED = "The run is not in the history, because Redis failed: {}"


class RecordedRun:
    """A Watcher that passes everything on, and remembers what the record needs."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._created_at = utc_now()
        self._lines: list[dict[str, Any]] = []
        self._files: list[FileProof] = []

    def line(self, level: Level, stage: str | None, message: str) -> None:
        self._watcher.line(level, stage, message)
        if len(self._lines) < MAX_LINES:
            at = utc_now()
            self._lines.append({"level": level, "stage": stage, "message": message, "at": at})

    def changed(self, progress: Progress) -> None:
        self._watcher.changed(progress)

    def transferred(self, file: FileProof) -> None:
        self._watcher.transferred(file)
        self._files.append(file)

    def cancel_requested(self) -> bool:
        return self._watcher.cancel_requested()

    def store(self, environment: Mapping[str, str], source: SourceSettings, report: Report) -> None:
        """Store the finished run if ``environment`` names a Redis."""
        try:
            redis_url = read_redis_url(environment)
            # A run that has not reached the destination has nothing to show.
            if not redis_url or report.destination is None:
                return
            with Redis.from_url(redis_url, socket_connect_timeout=TIMEOUT_SECONDS) as redis:
                order = self._order(source, report.destination["url"], report)
                self._store(Keyspace.of(redis, source.url), order, report)
        except (RedisError, InvalidRequest) as error:
            self._watcher.line("warning", None, NOT_RECORDED.format(error))

    def _store(self, space: Keyspace, order: RunOrder, report: Report) -> None:
        store = RunStore(space)
        store.create(order)
        add_line = partial(RunLog.add_line, store.log, order.id)
        for line in self._lines:
            add_line(**line)
        for file in self._files:
            store.log.add_checksum(order.id, asdict(file))
        problems = [asdict(problem) for problem in report.problems]
        store.problems.put(order.id, 1, 0, problems)
        finish_run(space, order, 1, self._state(report))

    def _order(self, source: SourceSettings, destination: str, report: Report) -> RunOrder:
        return RunOrder(
            id=str(uuid.uuid4()),
            user="",
            destination_url=destination,
            public_url=source.url,
            request=report.request,
            created_at=self._created_at,
            user_name=NAME.format(_operator()),
            source_url=source.url,
        )

    def _state(self, report: Report) -> dict[str, Any]:
        return {
            **report.state(),
            "current": None,
            "rates": IDLE,
            "started_at": self._created_at,
            "ended_at": utc_now(),
        }


def _operator() -> str:
    """The name of the account that runs the command, for people."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"
