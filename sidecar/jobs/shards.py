"""The RQ job that transfers one shard of the files of a run for the worker that executes the run.

Shards stand at the front of the queue, so a free worker helps an active run before it begins
another one. The arguments of the job are ids; the files lie encrypted in the ShardStore.
"""

import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict
from threading import Lock
from typing import Any

from redis.exceptions import RedisError

from sidecar.cancellation import CancelToken
from sidecar.config import Settings, read_settings
from sidecar.directus.client import Directus
from sidecar.directus.interruption import interruptible
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.errors import Cancelled
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import connect_briefly, connect_patiently
from sidecar.jobs.run_order import RunOrder
from sidecar.jobs.run_state import is_attempt_active
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.shard_store import ShardStore
from sidecar.jobs.shutdown import shutdown_requested
from sidecar.jobs.source_identity import require_same_source
from sidecar.jobs.totals import RunTally
from sidecar.logs import log_run
from sidecar.migration.files.sender import FileSender, Sent, sender_between
from sidecar.migration.files.shards import Outcome, Shard, units_of
from sidecar.migration.report.outages import Outages
from sidecar.migration.request import check_allowed

logger = logging.getLogger(__name__)
ASK_SECONDS = 1.0


def transfer(run_id: str, attempt: int, shard_id: str) -> dict[str, Any]:
    """Transfer one shard of an attempt at a run. The job names this function (see ``job``).

    Returns ``{"outcomes": [...]}`` with one outcome per file, or with None if the shard is no
    longer wanted. Raises InvalidRequest if the run belongs to another source.
    """
    with log_run(run_id):
        return {"outcomes": _outcomes(run_id, attempt, shard_id)}


def _outcomes(run_id: str, attempt: int, shard_id: str) -> list[dict[str, Any]] | None:
    settings = read_settings(os.environ)
    space = connect_patiently(settings)
    store, shards = RunStore(space), ShardStore(space, settings.secrets, run_id, attempt)
    shard = shards.get(shard_id)
    if shard is None or not is_attempt_active(store.state(run_id), attempt):
        return None
    order = store.order(run_id)
    source, destination = _connect(settings, space, order)

    def ask() -> bool:
        return (
            shards.is_wanted(shard_id)
            and not store.cancel_requested(run_id)
            and is_attempt_active(store.state(run_id), attempt)
        )

    brief_shards = ShardStore(connect_briefly(settings), settings.secrets, run_id, attempt)
    _publish_outages(brief_shards, shard_id, source, destination)
    return _transfer(
        source, destination, shard, order.request.batch_size, CancelToken(_Unwanted(ask)), store
    )


def _publish_outages(
    shards: ShardStore, shard_id: str, source: Directus, destination: Directus
) -> None:
    """Tell the worker of the run whenever a side does not respond, and when it does again."""

    def publish() -> None:
        try:
            shards.put_waiting(shard_id, outages.current())
        except RedisError as error:
            logger.warning("Publish outage failed error=%s", error)

    # The worker of the run writes the log.
    outages = Outages(lambda level, message: None, publish)
    outages.watch("source", source)
    outages.watch("destination", destination)


def _connect(settings: Settings, space: Keyspace, order: RunOrder) -> tuple[Directus, Directus]:
    """Clients of source and destination. Raises InvalidRequest if the destination is not allowed
    or the run belongs to another source."""
    order.require_known_version()
    check_allowed(order.destination_url, settings.allowed)
    source = Directus(
        settings.source.url, settings.source.token, limiter=AdaptiveLimiter(settings.caps)
    )
    require_same_source(source, order)
    token = TokenVault(space, *settings.secrets).reveal(order)
    destination = Directus(order.destination_url, token, limiter=AdaptiveLimiter(settings.caps))
    return source, destination


def _transfer(
    source: Directus,
    destination: Directus,
    shard: Shard,
    threads: int,
    cancel: CancelToken,
    store: RunStore,
) -> list[dict[str, Any]] | None:
    tally = RunTally(store.totals)
    try:
        with interruptible((source, destination), cancel):
            # The worker of the run has prepared the destination before it offered any shard.
            sender = sender_between(source, destination, prepare=lambda: None, cancel=cancel)
            return [asdict(outcome) for outcome in _send(sender, shard, threads)]
    except Cancelled:
        return None
    finally:
        # The worker of the run counts the rows and bytes.
        tally.record((), (source.limiter, destination.limiter))


def _send(sender: FileSender, shard: Shard, threads: int) -> Sequence[Outcome]:
    with ThreadPoolExecutor(threads) as pool:
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
    """Whether the shard is no longer wanted, or this worker is stopped. Calls ``ask`` every
    ASK_SECONDS at most."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        self._ask = ask
        self._asked_at = time.monotonic()
        self._wanted = True
        self._lock = Lock()

    def __call__(self) -> bool:
        if shutdown_requested():
            return True
        with self._lock:
            if self._wanted and time.monotonic() - self._asked_at > ASK_SECONDS:
                self._asked_at = time.monotonic()
                self._wanted = self._ask()
        return not self._wanted
