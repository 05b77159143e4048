"""The log lines of a run, and the checksums of the files that it transferred."""

import json
from typing import Any

from sidecar.errors import InvalidRequest
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_index import KEPT_SECONDS
from sidecar.jobs.run_order import utc_now
from sidecar.masking import mask_values
from sidecar.migration.report.report import Level
from sidecar.texts import plain

LINES_PER_PAGE = 1_000
MAX_CHECKSUMS = 10_000


class RunLog:
    """The logs of the runs of one source. Every method raises RedisError."""

    def __init__(self, space: Keyspace) -> None:
        self._space = space
        self._redis = space.redis

    def add_line(
        self, run_id: str, level: Level, stage: str | None, message: str, at: str | None = None
    ) -> None:
        """Append a line. ``at`` is its time (UTC, ISO 8601), and defaults to the current time."""
        key = self._lines_key(run_id)
        line = {"at": at or utc_now(), "level": level, "stage": stage, "message": plain(message)}
        with self._redis.pipeline() as pipe:
            pipe.rpush(key, json.dumps(line))
            pipe.expire(key, KEPT_SECONDS)
            pipe.execute()

    def lines_after(self, run_id: str, cursor: int) -> dict[str, Any]:
        """One page of ``lines`` from ``cursor`` on, and the ``cursor`` of the next page."""
        lines = self._page(self._lines_key(run_id), cursor)
        return {"lines": lines, "cursor": cursor + len(lines)}

    def add_checksum(self, run_id: str, checksum: dict[str, Any]) -> None:
        """Append the checksum of a file. Only the first MAX_CHECKSUMS are kept."""
        key = self._checksums_key(run_id)
        with self._redis.pipeline() as pipe:
            pipe.rpush(key, json.dumps(mask_values(_with_plain_texts(checksum))))
            pipe.ltrim(key, 0, MAX_CHECKSUMS - 1)
            pipe.expire(key, KEPT_SECONDS)
            pipe.execute()

    def checksums_after(self, run_id: str, cursor: int) -> dict[str, Any]:
        """One page of ``checksums`` from ``cursor`` on, the ``cursor`` of the next page, and the
        number of all kept checksums as ``total``. Raises InvalidRequest (404) for an unknown
        run."""
        if not self._redis.hexists(self._space.run_key(run_id), "order"):
            raise unknown_run()
        key = self._checksums_key(run_id)
        checksums = self._page(key, cursor)
        return {
            "checksums": checksums,
            "cursor": cursor + len(checksums),
            "total": self._redis.llen(key),
        }

    def _page(self, key: str, cursor: int) -> list[Any]:
        lines = self._redis.lrange(key, cursor, cursor + LINES_PER_PAGE - 1)
        return [json.loads(line) for line in lines]

    def _lines_key(self, run_id: str) -> str:
        return f"{self._space.run_key(run_id)}:log"

    def _checksums_key(self, run_id: str) -> str:
        return f"{self._space.run_key(run_id)}:checksums"


def _with_plain_texts(checksum: dict[str, Any]) -> dict[str, Any]:
    return {
        name: plain(value) if isinstance(value, str) else value for name, value in checksum.items()
    }


def unknown_run() -> InvalidRequest:
    """The error for a run without a record."""
    message = "There is no such run; runs are kept for 30 days"
    return InvalidRequest(message, code="RUN_NOT_FOUND", status=404)
