"""Run records in Redis: what was asked for, how far it has come, its log. Kept for 30 days."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, cast

from redis.client import Pipeline

from sidecar.errors import InvalidRequest
from sidecar.jobs.keyspace import Keyspace, earlier_key
from sidecar.jobs.totals import Totals
from sidecar.migration.report.report import STAGES, Level, Stage
from sidecar.migration.request import EMPTY, MigrationRequest

KEPT_SECONDS = 30 * 24 * 3600
INDEX, OPEN, PENDING_NOTIFICATIONS = "runs", "runs:open", "runs:untold"
LINES_AN_ANSWER = 1_000
MAX_CHECKSUMS = 10_000
UNDER_WAY = frozenset({"queued", "running"})
State = dict[str, Any]
Decide = Callable[[State], State | None]


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Who asked for which migration. ``public_url`` is where people reach the source, for links;
    ``token_from`` names the saved token that was used, None for one that was typed. ``source_url``
    and ``source_identity`` name the source that is meant; both are empty in orders of an earlier
    version."""

    id: str
    user: str
    destination_url: str
    public_url: str
    request: MigrationRequest
    created_at: str
    user_name: str = ""
    token_from: str | None = None
    source_url: str = ""
    source_identity: str = ""

    @property
    def link(self) -> str:
        return f"{self.public_url}/admin/migration/runs/{self.id}"


def now() -> str:
    """The time in UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class RunStore:
    """Reads and writes the run records of one source."""

    def __init__(self, space: Keyspace) -> None:
        self._space = space
        self._redis = space.redis
        self.totals = Totals(space)

    def create(self, order: RunOrder) -> None:
        key, index = self._space.run(order.id), self._space.key(INDEX)
        state = {
            "status": "queued",
            "attempt": 1,
            "stages": [asdict(Stage(name)) for name in STAGES],
        }
        with self._redis.pipeline() as pipe:
            pipe.hset(key, mapping={"order": json.dumps(asdict(order)), "state": json.dumps(state)})
            pipe.expire(key, KEPT_SECONDS)
            self.open(pipe, order.id)
            pipe.zadd(index, {order.id: datetime.now(UTC).timestamp()})
            for old in self._both(INDEX):
                pipe.zremrangebyscore(old, 0, datetime.now(UTC).timestamp() - KEPT_SECONDS)
            pipe.execute()

    def name_source(self, order: RunOrder) -> None:
        """Keep an order of an earlier version with the source that it turned out to be for."""
        self._redis.hset(self._space.run(order.id), "order", json.dumps(asdict(order)))

    def discard(self, run_id: str) -> None:
        """Remove a run that was never enqueued."""
        with self._redis.pipeline() as pipe:
            pipe.delete(self._space.run(run_id))
            pipe.zrem(self._space.key(INDEX), run_id)
            self.close(pipe, run_id)
            pipe.execute()

    def order(self, run_id: str) -> RunOrder:
        """Raises InvalidRequest (404) for an unknown run."""
        data = json.loads(self._field(run_id, "order"))
        # An order of an earlier version had references left empty without a word.
        asked = {"references": EMPTY, **data["request"]}
        request = MigrationRequest(**{**asked, "options": tuple(asked["options"])})
        return RunOrder(**{**data, "request": request})

    def state(self, run_id: str) -> State:
        """Raises InvalidRequest (404) for an unknown run."""
        state: State = json.loads(self._field(run_id, "state"))
        return state

    def begin(self, run_id: str, attempt: int) -> bool:
        """A worker takes up this ``attempt``; False when the run is over, or somebody has taken it
        up already."""

        def decide(state: State) -> State | None:
            if state["status"] != "queued" or attempt_of(state) != attempt:
                return None
            return {
                "status": "running",
                "message": None,
                "started_at": state.get("started_at") or now(),
            }

        return self.change(run_id, decide)

    def update(self, run_id: str, attempt: int, /, **changes: Any) -> bool:
        """Put ``changes`` into the state of a run that is under way, for the worker that makes this
        ``attempt``; False when it is over, or another worker's by now."""
        return self.change(run_id, lambda state: changes if is_at(state, attempt) else None)

    def change(
        self,
        run_id: str,
        decide: Decide,
        together: Callable[["Pipeline"], None] = lambda pipe: None,
    ) -> bool:
        """Put into the state of a run what ``decide`` answers to the present one, with what
        ``together`` adds to the same transaction; False when it answers None. Raises InvalidRequest
        (404) for an unknown run."""
        key = self._space.run(run_id)

        def write(pipe: "Pipeline") -> bool:
            state = json.loads(_known(cast(bytes | None, pipe.hget(key, "state"))))
            changes = decide(state)
            if not changes:
                return changes is not None
            after = {**state, **changes}
            pipe.multi()
            pipe.hset(key, "state", json.dumps(after))
            if state["status"] in UNDER_WAY and after["status"] not in UNDER_WAY:
                self.totals.count_ending(pipe, after["status"])
            together(pipe)
            return True

        # The types of redis-py know only callables that answer nothing.
        return bool(self._redis.transaction(write, key, value_from_callable=True))  # type: ignore[arg-type]

    def summary(self, run_id: str) -> dict[str, Any]:
        """Order and state as one flat document."""
        order = asdict(self.order(run_id))
        return {**order, **order.pop("request"), **self.state(run_id)}

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """The runs that were ordered last, the newest first."""
        dated = dict(self._dated(self._space.key(INDEX), limit))
        earlier = dict(self._dated(earlier_key(INDEX)))
        dated |= {run_id: earlier[run_id] for run_id in self._space.earlier_runs(earlier)}
        ids = sorted(dated, key=lambda run_id: -dated[run_id])
        kept = (run_id for run_id in ids if self._redis.exists(self._space.run(run_id)))
        return [self.summary(run_id) for run_id in islice(kept, limit)]

    def is_over(self, run_id: str) -> bool:
        """Whether no worker is to do anything for it; one that was interrupted can be resumed."""
        return self.state(run_id)["status"] not in UNDER_WAY

    def under_way(self) -> list[str]:
        """The ids of runs that are queued or running."""
        return self._members(OPEN)

    def pending_notifications(self) -> list[tuple[str, int]]:
        """The ids of runs whose attempt of that number ended without a worker that could tell the
        person."""
        entries = (entry.rpartition(":") for entry in self._members(PENDING_NOTIFICATIONS))
        return [(run_id, int(attempt)) for run_id, _, attempt in entries]

    def told(self, run_id: str, attempt: int) -> None:
        for key in self._both(PENDING_NOTIFICATIONS):
            self._redis.srem(key, _entry(run_id, attempt))

    def to_be_told(self, pipe: "Pipeline", run_id: str, attempt: int) -> None:
        """Note, as a part of a transaction, that the person is still to be told how this attempt
        ended."""
        pipe.sadd(self._space.key(PENDING_NOTIFICATIONS), _entry(run_id, attempt))

    def open(self, pipe: "Pipeline", run_id: str) -> None:
        """Note, as a part of a transaction, that a run is under way."""
        pipe.sadd(self._space.key(OPEN), run_id)

    def close(self, pipe: "Pipeline", run_id: str) -> None:
        """Note, as a part of a transaction, that a run is not under way."""
        for key in self._both(OPEN):
            pipe.srem(key, run_id)

    def forget_open(self, run_id: str) -> None:
        """A run whose record has expired is not under way."""
        with self._redis.pipeline() as pipe:
            self.close(pipe, run_id)
            pipe.execute()

    def log(
        self, run_id: str, level: Level, stage: str | None, message: str, at: str | None = None
    ) -> None:
        """Add a line to the log, of now unless ``at`` says otherwise."""
        key = self._log_key(run_id)
        line = {"at": at or now(), "level": level, "stage": stage, "message": message}
        with self._redis.pipeline() as pipe:
            pipe.rpush(key, json.dumps(line))
            pipe.expire(key, KEPT_SECONDS)
            pipe.execute()

    def log_after(self, run_id: str, cursor: int) -> dict[str, Any]:
        """Log lines from ``cursor`` on, with the cursor that the next question should bring."""
        lines = self._redis.lrange(self._log_key(run_id), cursor, cursor + LINES_AN_ANSWER - 1)
        return {"lines": [json.loads(line) for line in lines], "cursor": cursor + len(lines)}

    def add_checksum(self, run_id: str, checksum: dict[str, Any]) -> None:
        """Keep the checksum of a file, of MOST_CHECKSUMS at most."""
        key = self._checksums_key(run_id)
        with self._redis.pipeline() as pipe:
            pipe.rpush(key, json.dumps(checksum))
            pipe.ltrim(key, 0, MAX_CHECKSUMS - 1)
            pipe.expire(key, KEPT_SECONDS)
            pipe.execute()

    def checksums_after(self, run_id: str, cursor: int) -> dict[str, Any]:
        """Checksums from ``cursor`` on, the cursor of the next question, and how many are kept in
        ``total``. Raises InvalidRequest (404) for an unknown run."""
        self._field(run_id, "order")
        key = self._checksums_key(run_id)
        lines = self._redis.lrange(key, cursor, cursor + LINES_AN_ANSWER - 1)
        return {
            "checksums": [json.loads(line) for line in lines],
            "cursor": cursor + len(lines),
            "total": self._redis.llen(key),
        }

    def request_cancel(self, run_id: str) -> None:
        self._field(run_id, "order")
        self._redis.hset(self._space.run(run_id), "cancel", "1")

    def cancel_requested(self, run_id: str) -> bool:
        return bool(self._redis.hexists(self._space.run(run_id), "cancel"))

    def withdraw_cancel(self, pipe: "Pipeline", run_id: str) -> None:
        """Forget, as a part of a transaction, that somebody asked for the run to stop."""
        pipe.hdel(self._space.run(run_id), "cancel")

    def _log_key(self, run_id: str) -> str:
        return f"{self._space.run(run_id)}:log"

    def _checksums_key(self, run_id: str) -> str:
        return f"{self._space.run(run_id)}:checksums"

    def _both(self, name: str) -> tuple[str, str]:
        """The key of ``name``, and the one that an earlier version used for all sources."""
        return self._space.key(name), earlier_key(name)

    def _dated(self, key: str, limit: int = 0) -> list[tuple[str, float]]:
        """The newest runs of an index, each with its time; without a ``limit`` all."""
        found = cast(
            list[tuple[bytes, float]], self._redis.zrevrange(key, 0, limit - 1, withscores=True)
        )
        return [(run_id.decode(), at) for run_id, at in found]

    def _members(self, name: str) -> list[str]:
        """What belongs to this source among the runs, or attempts at runs, that are noted under
        ``name``."""
        own, earlier = (
            {entry.decode() for entry in cast(set[bytes], self._redis.smembers(key))}
            for key in self._both(name)
        )
        ours = set(self._space.earlier_runs(entry.partition(":")[0] for entry in earlier))
        return sorted(own | {entry for entry in earlier if entry.partition(":")[0] in ours})

    def _field(self, run_id: str, field: str) -> bytes:
        return _known(cast(bytes | None, self._redis.hget(self._space.run(run_id), field)))


def _entry(run_id: str, attempt: int) -> str:
    """How an attempt whose end the person is still to be told of is named among those."""
    return f"{run_id}:{attempt}"


def is_at(state: State, attempt: int) -> bool:
    """Whether a run of this ``state`` is under way, and at this ``attempt``."""
    return state["status"] in UNDER_WAY and attempt_of(state) == attempt


def attempt_of(state: State) -> int:
    """Which worker's turn it is, the first one's being 1."""
    return int(state.get("attempt", 1))


def _known(value: bytes | None) -> bytes:
    if value is None:
        message = "There is no such run; runs are kept for 30 days"
        raise InvalidRequest(message, code="RUN_NOT_FOUND", status=404)
    return value
