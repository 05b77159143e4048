"""Run records in Redis: what was asked for, how far it has come, its log. Kept for 30 days."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, cast

from redis import Redis

from sidecar.errors import Refused
from sidecar.migration.report import STAGES, Level, Stage
from sidecar.migration.request import MigrationRequest

KEPT_SECONDS = 30 * 24 * 3600
INDEX = "migration:runs"
RUN = "migration:run:{}"
LOG = "migration:run:{}:log"
CHECKSUMS = "migration:run:{}:checksums"
LINES_AN_ANSWER = 1_000
MOST_CHECKSUMS = 10_000
OVER = frozenset({"completed", "completed_with_problems", "refused", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Who asked for which migration. ``public_url`` is where people reach the source, for links; ``token_from``
    names the saved token that was used, None for one that was typed."""

    id: str
    user: str
    destination_url: str
    public_url: str
    request: MigrationRequest
    created_at: str
    user_name: str = ""
    token_from: str | None = None

    @property
    def link(self) -> str:
        return f"{self.public_url}/admin/migration/runs/{self.id}"


def now() -> str:
    """The time in UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class RunStore:
    """Reads and writes run records."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    def create(self, order: RunOrder) -> None:
        key = RUN.format(order.id)
        state = {"status": "queued", "stages": [asdict(Stage(name)) for name in STAGES]}
        with self._redis.pipeline() as pipe:
            pipe.hset(key, mapping={"order": json.dumps(asdict(order)), "state": json.dumps(state)})
            pipe.expire(key, KEPT_SECONDS)
            pipe.zadd(INDEX, {order.id: datetime.now(UTC).timestamp()})
            pipe.zremrangebyscore(INDEX, 0, datetime.now(UTC).timestamp() - KEPT_SECONDS)
            pipe.execute()

    def discard(self, run_id: str) -> None:
        """Remove a run that was never enqueued."""
        self._redis.delete(RUN.format(run_id))
        self._redis.zrem(INDEX, run_id)

    def order(self, run_id: str) -> RunOrder:
        """Raises Refused (404) for an unknown run."""
        data = json.loads(self._field(run_id, "order"))
        request = MigrationRequest(**{**data["request"], "options": tuple(data["request"]["options"])})
        return RunOrder(**{**data, "request": request})

    def state(self, run_id: str) -> dict[str, Any]:
        """Raises Refused (404) for an unknown run."""
        state: dict[str, Any] = json.loads(self._field(run_id, "state"))
        return state

    def update(self, run_id: str, **changes: Any) -> None:
        """Put ``changes`` into the state of a run. Only its worker does this, or who finds that worker gone."""
        self._redis.hset(RUN.format(run_id), "state", json.dumps({**self.state(run_id), **changes}))

    def summary(self, run_id: str) -> dict[str, Any]:
        """Order and state as one flat document."""
        order = asdict(self.order(run_id))
        return {**order, **order.pop("request"), **self.state(run_id)}

    def newest(self, limit: int) -> list[dict[str, Any]]:
        ids = cast(list[bytes], self._redis.zrevrange(INDEX, 0, limit - 1))
        return [self.summary(run_id.decode()) for run_id in ids if self._redis.exists(RUN.format(run_id.decode()))]

    def is_over(self, run_id: str) -> bool:
        return self.state(run_id)["status"] in OVER

    def log(self, run_id: str, level: Level, stage: str | None, message: str) -> None:
        key = LOG.format(run_id)
        line = {"at": now(), "level": level, "stage": stage, "message": message}
        self._redis.rpush(key, json.dumps(line))
        self._redis.expire(key, KEPT_SECONDS)

    def log_after(self, run_id: str, cursor: int) -> dict[str, Any]:
        """Log lines from ``cursor`` on, with the cursor that the next question should bring."""
        lines = self._redis.lrange(LOG.format(run_id), cursor, cursor + LINES_AN_ANSWER - 1)
        return {"lines": [json.loads(line) for line in lines], "cursor": cursor + len(lines)}

    def add_checksum(self, run_id: str, checksum: dict[str, Any]) -> None:
        """Keep the checksum of a file, of MOST_CHECKSUMS at most."""
        key = CHECKSUMS.format(run_id)
        self._redis.rpush(key, json.dumps(checksum))
        self._redis.ltrim(key, 0, MOST_CHECKSUMS - 1)
        self._redis.expire(key, KEPT_SECONDS)

    def checksums_after(self, run_id: str, cursor: int) -> dict[str, Any]:
        """Checksums from ``cursor`` on, the cursor of the next question, and how many are kept in ``total``.
        Raises Refused (404) for an unknown run."""
        self._field(run_id, "order")
        key = CHECKSUMS.format(run_id)
        lines = self._redis.lrange(key, cursor, cursor + LINES_AN_ANSWER - 1)
        return {"checksums": [json.loads(line) for line in lines], "cursor": cursor + len(lines),
                "total": self._redis.llen(key)}

    def request_cancel(self, run_id: str) -> None:
        self._field(run_id, "order")
        self._redis.hset(RUN.format(run_id), "cancel", "1")

    def cancel_requested(self, run_id: str) -> bool:
        return bool(self._redis.hexists(RUN.format(run_id), "cancel"))

    def _field(self, run_id: str, field: str) -> bytes:
        value = cast(bytes | None, self._redis.hget(RUN.format(run_id), field))
        if value is None:
            message = "There is no such run; runs are kept for 30 days"
            raise Refused(message, code="RUN_NOT_FOUND", status=404)
        return value
