"""Shards of files on RQ: the run's worker offers them to others, a worker that takes one transfers
it.

They stand at the front of the queue of runs, so that whoever is free helps before it begins another
run. A job's arguments are ids; its files lie in Redis under the run's keys, and are wanted for as
long as they lie there.
"""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict
from threading import Lock
from typing import Any, cast

import orjson

from sidecar.cancellation import CancelToken
from sidecar.config import read_settings
from sidecar.directus.client import Directus
from sidecar.directus.interruption import interruptible
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.errors import Cancelled
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import connect_patiently
from sidecar.jobs.runs import RunStore, is_at
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.source import require_same_source
from sidecar.jobs.stopping import is_stopping
from sidecar.jobs.totals import RunTally
from sidecar.logs import run_id_of_log
from sidecar.migration.files.sender import FileSender, Sent, sender_between
from sidecar.migration.files.shards import Outcome, Shard, shard_of, units_of
from sidecar.migration.instance.instance import SERVER, keep_to_limits
from sidecar.migration.request import check_allowed

KEPT_SECONDS = 24 * 3600
ASK_SECONDS = 1.0


class ShardBox:
    """The files of the shards of one run."""

    def __init__(self, space: Keyspace, run_id: str) -> None:
        self._redis = space.redis
        self._space = space
        self._run_id = run_id

    def put(self, shard: Shard) -> None:
        self._redis.set(self._key(shard.id), orjson.dumps(shard.document()), ex=KEPT_SECONDS)

    def get(self, shard_id: str) -> Shard | None:
        """None when it is not wanted any more."""
        value = cast(bytes | None, self._redis.get(self._key(shard_id)))
        return shard_of(shard_id, orjson.loads(value)) if value else None

    def wants(self, shard_id: str) -> bool:
        """Whether anybody still waits for it."""
        return bool(self._redis.exists(self._key(shard_id)))

    def remove(self, shard_id: str) -> None:
        self._redis.delete(self._key(shard_id))

    def _key(self, shard_id: str) -> str:
        return f"{self._space.run(self._run_id)}:shard:{shard_id}"


def transfer(run_id: str, attempt: int, shard_id: str) -> dict[str, Any]:
    """Transfer one shard of an attempt at a run: the job that RQ calls. Answers the outcome of each
    file, or None for a shard that nobody wants any more. Raises InvalidRequest for a run of another
    source."""
    settings = read_settings(os.environ)
    space = connect_patiently(settings)
    run_id_of_log.set(run_id)
    store, box = RunStore(space), ShardBox(space, run_id)
    shard = box.get(shard_id)
    if shard is None or not is_at(store.state(run_id), attempt):
        return {"outcomes": None}
    order = store.order(run_id)
    check_allowed(order.destination_url, settings.allowed)
    source = Directus(
        settings.source.url, settings.source.token, limiter=AdaptiveLimiter(settings.caps)
    )
    require_same_source(source, order)
    token = TokenVault(space, settings.secret).reveal(run_id)
    destination = Directus(order.destination_url, token, limiter=AdaptiveLimiter(settings.caps))
    keep_to_limits(destination, destination.get(SERVER))
    tally = RunTally(store.totals)
    # The run's own worker has prepared the destination before it offered anything.
    cancel = CancelToken(_Unwanted(store, box, (run_id, attempt, shard_id)))
    sender = sender_between(source, destination, prepare=lambda: None, cancel=cancel)
    try:
        with interruptible((source, destination), cancel):
            return {
                "outcomes": [
                    asdict(outcome) for outcome in _send(sender, shard, order.request.batch_size)
                ]
            }
    except Cancelled:
        return {"outcomes": None}
    finally:
        # What arrived is counted by the run's own worker.
        tally.tell((), (source.limiter, destination.limiter))


def _send(sender: FileSender, shard: Shard, at_once: int) -> Sequence[Outcome]:
    with ThreadPoolExecutor(at_once) as pool:
        units = [
            pool.submit(copy_context().run, sender.send, unit) for unit in units_of(shard.files)
        ]
        try:
            results = [result for unit in units for result in unit.result()]
        finally:
            pool.shutdown(cancel_futures=True)
    sent = [result for result in results if isinstance(result, Sent)]
    return [*(result for result in results if isinstance(result, Outcome)), *sender.finish(sent)]


class _Unwanted:
    """Whether nobody waits for a shard any more; asks Redis now and then."""

    def __init__(self, store: RunStore, box: ShardBox, ids: tuple[str, int, str]) -> None:
        self._store = store
        self._box = box
        self._ids = ids
        self._asked = time.monotonic()
        self._wanted = True
        self._lock = Lock()

    def __call__(self) -> bool:
        if is_stopping():
            return True
        with self._lock:
            if self._wanted and time.monotonic() - self._asked > ASK_SECONDS:
                self._asked = time.monotonic()
                self._wanted = self._ask()
        return not self._wanted

    def _ask(self) -> bool:
        run_id, attempt, shard_id = self._ids
        return (
            self._box.wants(shard_id)
            and not self._store.cancel_requested(run_id)
            and is_at(self._store.state(run_id), attempt)
        )
