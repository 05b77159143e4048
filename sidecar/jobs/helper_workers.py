"""Other workers that help a run to transfer files.

The worker of the run offers shards as jobs, takes back what no helper has begun, and collects the
outcomes of the others.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError
from rq import Worker
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from sidecar.jobs.job import TRANSFER, SidecarJob
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import NO_TIMEOUT, queue_of
from sidecar.jobs.shard_store import ShardStore
from sidecar.migration.files.shards import Outcome, Shard
from sidecar.migration.report.outages import Waiting
from sidecar.migration.report.progress import Watcher
from sidecar.migration.report.results import count_of

logger = logging.getLogger(__name__)
RESULT_SECONDS = 3600
ENDED = frozenset({JobStatus.FINISHED, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.CANCELED})
# A shard and its outcomes, or None if the worker of the run has to transfer it.
Finished = tuple[Shard, list[Outcome] | None]


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the worker of a run waits for helpers, in seconds."""

    # Between two looks at the jobs of helpers.
    poll: float = 0.1
    # For which a count of the workers is valid.
    count: float = 2.0
    # Between two questions what helpers wait for.
    outages: float = 1.0
    # Without a heartbeat, after which a helper is lost. A busy worker sends one every
    # MONITORING_SECONDS.
    lost: float = 20.0
    # For helpers to stop when the run ends.
    close: float = 3.0


@dataclass(slots=True)
class _Taken:
    """A shard that a helper has taken."""

    shard: Shard
    # When the heartbeat of its job changed last, by the clock of this process.
    changed_at: float
    heartbeat: Any = None

    def seconds_silent(self, heartbeat: Any, now: float) -> float:
        """How long the heartbeat has not changed, with ``heartbeat`` as its current value."""
        if heartbeat != self.heartbeat:
            self.heartbeat, self.changed_at = heartbeat, now
        return now - self.changed_at


class HelperWorkers:
    """The other workers of the queue, as Helpers of one attempt at a run.

    No method raises RedisError: if Redis does not answer, the worker of the run transfers the
    files itself.
    """

    def __init__(
        self,
        space: Keyspace,
        run_id: str,
        attempt: int,
        watcher: Watcher,
        secrets: Sequence[str],
        timing: Timing = Timing(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis = space.redis
        self._run_id = run_id
        self._attempt = attempt
        self._watcher = watcher
        self._timing = timing
        self._clock = clock
        self._queue = queue_of(space)
        self._shards = ShardStore(space, secrets, run_id, attempt)
        self._offered: set[str] = set()
        self._taken: dict[str, _Taken] = {}
        self._files_by_worker: Counter[str] = Counter()
        self._has_others = False
        self._counted_at = self._asked_at = float("-inf")
        self._waiting: list[Waiting] = []

    def offer(self, shard: Shard) -> bool:
        try:
            if not self._other_workers_exist():
                return False
            self._shards.put(shard)
            # Redis may enqueue the job even if its answer is lost.
            self._offered.add(shard.id)
            self._enqueue(shard)
        except RedisError as error:
            logger.warning("Offer shard failed id=%s error=%s", shard.id, error)
        return shard.id in self._offered

    def take_back(self, shard: Shard) -> bool:
        self._offered.discard(shard.id)
        if self._withdraw(shard.id):
            return True
        self._taken[shard.id] = _Taken(shard, self._clock())
        return False

    def finished(self, seconds: float) -> Iterator[Finished]:
        deadline = self._clock() + seconds
        while self._taken:
            if finished := self._poll():
                yield from finished
                return
            if self._clock() > deadline:
                return
            time.sleep(self._timing.poll)

    @property
    def busy(self) -> bool:
        return bool(self._taken)

    def waiting(self) -> list[Waiting]:
        if self._clock() - self._asked_at > self._timing.outages:
            self._asked_at = self._clock()
            try:
                self._waiting = self._shards.waiting([*self._offered, *self._taken])
            except RedisError as error:
                logger.warning("Ask helpers failed error=%s", error)
        return self._waiting

    def close(self) -> None:
        for shard_id in list(self._offered):
            self.take_back(Shard(shard_id, ()))
        for shard_id in list(self._taken):
            self._clear(shard_id)
        # Only a cancelled or failed run has helpers left. A helper that does not stop in time
        # marks its files as unfinished, and the next run transfers them again.
        deadline = self._clock() + self._timing.close
        while self._taken and self._clock() < deadline:
            list(self.finished(deadline - self._clock()))
        self._taken.clear()
        self._log_helpers()

    def _log_helpers(self) -> None:
        for worker, files in sorted((+self._files_by_worker).items()):
            self._watcher.line(
                "info", "apply", f"Worker {worker} transferred {count_of(files, 'file')}"
            )
        self._files_by_worker.clear()

    def _enqueue(self, shard: Shard) -> None:
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

    def _other_workers_exist(self) -> bool:
        if self._clock() - self._counted_at > self._timing.count:
            self._has_others = Worker.count(queue=self._queue) > 1
            self._counted_at = self._clock()
        return self._has_others

    def _poll(self) -> list[Finished]:
        """The taken shards that have ended since the last call."""
        finished: list[Finished] = []
        try:
            shard_ids = list(self._taken)
            jobs = SidecarJob.fetch_many(
                shard_ids, connection=self._redis, serializer=JSONSerializer
            )
            for shard_id, job in zip(shard_ids, jobs, strict=True):
                if ended := self._check(shard_id, job):
                    finished.append(ended)
        except RedisError as error:
            logger.warning("Poll helpers failed error=%s", error)
            finished += self._remove_lost()
        return finished

    def _remove_lost(self) -> list[Finished]:
        """The taken shards whose helper is lost, judged without Redis."""
        lost = [
            shard_id
            for shard_id, taken in self._taken.items()
            if self._is_lost(taken, taken.heartbeat)
        ]
        return [(self._taken.pop(shard_id).shard, None) for shard_id in lost]

    def _is_lost(self, taken: _Taken, heartbeat: Any) -> bool:
        return taken.seconds_silent(heartbeat, self._clock()) > self._timing.lost

    def _withdraw(self, shard_id: str) -> bool:
        """Remove a shard from the queue. Returns False if a helper has taken it, or may still take
        it."""
        try:
            # Removing a job from the list is atomic. A worker takes a job in the same way, so only
            # one of the two gets it.
            if not self._queue.remove(shard_id):
                return False
            self._clear(shard_id, self._queue.fetch_job(shard_id))
        except RedisError as error:
            logger.warning("Withdraw shard failed id=%s error=%s", shard_id, error)
            return False
        return True

    def _check(self, shard_id: str, job: Job | None) -> Finished | None:
        """What became of a taken shard; None while its helper is busy."""
        taken = self._taken[shard_id]
        status = job.get_status(refresh=False) if job else JobStatus.FAILED
        if status == JobStatus.QUEUED and self._withdraw(shard_id):
            # Redis did not answer when the shard was taken back.
            return self._taken.pop(shard_id).shard, None
        if status not in ENDED and not self._is_lost(taken, job and job.last_heartbeat):
            return None
        outcomes = _outcomes(job) if job and status == JobStatus.FINISHED else None
        if outcomes is None:
            logger.warning("Transfer shard again id=%s status=%s", shard_id, status)
        del self._taken[shard_id]
        if job and status in ENDED:
            self._files_by_worker[job.worker_name or "?"] += len(outcomes or ())
        self._clear(shard_id, job if status in ENDED else None)
        return taken.shard, outcomes

    def _clear(self, shard_id: str, job: Job | None = None) -> None:
        """Remove a shard, so that no helper begins it and a helper that transfers it stops. If
        Redis fails, the shard expires."""
        try:
            self._shards.remove(shard_id)
            if job:
                job.delete()
        except RedisError as error:
            logger.warning("Remove shard failed id=%s error=%s", shard_id, error)


def _outcomes(job: Job) -> list[Outcome] | None:
    answer = job.return_value()
    outcomes = answer["outcomes"] if answer else None
    return None if outcomes is None else [Outcome(**outcome) for outcome in outcomes]
