"""Other workers as helpers of a run: shards are offered to them as jobs, taken back, and merged
when they are done."""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import RedisError
from rq import Worker
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import NO_TIMEOUT, queue_of
from sidecar.jobs.shards import ShardBox
from sidecar.migration.files.shards import Outcome, Shard
from sidecar.migration.report.progress import Watcher

logger = logging.getLogger(__name__)
TRANSFER = "sidecar.jobs.shards.transfer"
LOOK_SECONDS = 0.1
COUNT_SECONDS = 2.0
# A worker at work is heard of every MONITORING_SECONDS.
LOST_SECONDS = 20.0
CLOSE_SECONDS = 3.0
RESULT_SECONDS = 3600
OVER = frozenset({JobStatus.FINISHED, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.CANCELED})
Done = tuple[Shard, list[Outcome] | None]


@dataclass
class _Taken:
    """A shard in the hands of a helper, and when that was last heard of, by our own clock."""

    shard: Shard
    heartbeat: Any = None
    heard: float = field(default_factory=time.monotonic)

    def is_lost(self, heartbeat: Any) -> bool:
        now = time.monotonic()
        if heartbeat != self.heartbeat:
            self.heartbeat, self.heard = heartbeat, now
        return now - self.heard > LOST_SECONDS


class OtherWorkers:
    """The workers that listen to the queue besides our own. When Redis is away everything is done
    here."""

    def __init__(self, space: Keyspace, run_id: str, attempt: int, watcher: Watcher) -> None:
        self._redis = space.redis
        self._run_id = run_id
        self._attempt = attempt
        self._watcher = watcher
        self._queue = queue_of(space)
        self._box = ShardBox(space, run_id)
        self._offered: set[str] = set()
        self._taken: dict[str, _Taken] = {}
        self._done: Counter[str] = Counter()
        self._others = False
        self._counted = float("-inf")

    def offer(self, shard: Shard) -> bool:
        try:
            if not self._are_there():
                return False
            self._box.put(shard)
            # From here on it may be heard, whatever is answered.
            self._offered.add(shard.id)
            self._queue.enqueue(
                TRANSFER,
                self._run_id,
                self._attempt,
                shard.id,
                job_id=shard.id,
                at_front=True,
                job_timeout=NO_TIMEOUT,
                result_ttl=RESULT_SECONDS,
                failure_ttl=RESULT_SECONDS,
                description=f"{len(shard.files)} files of run {self._run_id}",
            )
        except RedisError as error:
            logger.warning("Redis failed error=%s", error)
        return shard.id in self._offered

    def take_back(self, shard: Shard) -> bool:
        self._offered.discard(shard.id)
        if not self._withdraw(shard.id):
            self._taken[shard.id] = _Taken(shard)
            return False
        return True

    def finished(self, seconds: float) -> Iterator[Done]:
        deadline = time.monotonic() + seconds
        while self._taken:
            if done := self._look():
                yield from done
                return
            if time.monotonic() > deadline:
                return
            time.sleep(LOOK_SECONDS)

    @property
    def busy(self) -> bool:
        return bool(self._taken)

    def close(self) -> None:
        for shard_id in list(self._offered):
            self.take_back(Shard(shard_id, ()))
        for shard_id in list(self._taken):
            self._clear_away(shard_id)
        # Only a run that was cancelled or failed leaves some behind; one that does not stop soon
        # marks what it sends as unfinished, which the next run sees.
        deadline = time.monotonic() + CLOSE_SECONDS
        while self._taken and time.monotonic() < deadline:
            list(self.finished(deadline - time.monotonic()))
        self._taken.clear()
        for worker, files in sorted((+self._done).items()):
            self._watcher.line(
                "info", "apply", f"The worker {worker} transferred {files} files of this run"
            )
        self._done.clear()

    def _are_there(self) -> bool:
        if time.monotonic() - self._counted > COUNT_SECONDS:
            self._others = Worker.count(queue=self._queue) > 1
            self._counted = time.monotonic()
        return self._others

    def _look(self) -> list[Done]:
        done: list[Done] = []
        try:
            jobs = Job.fetch_many(
                list(self._taken), connection=self._redis, serializer=JSONSerializer
            )
            for shard_id, job in dict(zip(list(self._taken), jobs, strict=True)).items():
                if settled := self._settle(shard_id, job):
                    done.append(settled)
        except RedisError as error:
            logger.warning("Redis failed error=%s", error)
            lost = [
                shard_id
                for shard_id, taken in self._taken.items()
                if taken.is_lost(taken.heartbeat)
            ]
            done += [(self._taken.pop(shard_id).shard, None) for shard_id in lost]
        return done

    def _withdraw(self, shard_id: str) -> bool:
        """Whether nobody has taken it, and nobody can any more."""
        try:
            # Whoever removes a job from the list has it: a helper takes it away by the same single
            # step.
            if not self._queue.remove(shard_id):
                return False
            self._clear_away(shard_id, self._queue.fetch_job(shard_id))
        except RedisError as error:
            logger.warning("Redis failed error=%s", error)
            return False
        return True

    def _settle(self, shard_id: str, job: Job | None) -> Done | None:
        """What is to be said of a shard; None as long as its helper is at work."""
        taken = self._taken[shard_id]
        status = job.get_status(refresh=False) if job else JobStatus.FAILED
        if status == JobStatus.QUEUED and self._withdraw(shard_id):
            # Redis was away when it was to be taken back.
            return self._taken.pop(shard_id).shard, None
        if status not in OVER and not taken.is_lost(job and job.last_heartbeat):
            return None
        outcomes = _outcomes(job) if job and status == JobStatus.FINISHED else None
        if outcomes is None:
            logger.warning("Shard to be done again id=%s status=%s", shard_id, status)
        del self._taken[shard_id]
        if job and status in OVER:
            self._done[job.worker_name or "?"] += len(outcomes or ())
        self._clear_away(shard_id, job if status in OVER else None)
        return taken.shard, outcomes

    def _clear_away(self, shard_id: str, job: Job | None = None) -> None:
        """Without its files nobody begins with a shard any more, and who is at it stops. What stays
        expires."""
        try:
            self._box.remove(shard_id)
            if job:
                job.delete()
        except RedisError as error:
            logger.warning("Redis failed error=%s", error)


def _outcomes(job: Job) -> list[Outcome] | None:
    answer = job.return_value()
    outcomes = answer["outcomes"] if answer else None
    return None if outcomes is None else [Outcome(**outcome) for outcome in outcomes]
