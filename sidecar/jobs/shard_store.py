"""The shards of a run in Redis: a shard is wanted for as long as its files lie there."""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

import orjson

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.secrets import ShardCipher
from sidecar.migration.files.shards import Shard, shard_of
from sidecar.migration.report.outages import Waiting

KEPT_SECONDS = 24 * 3600
# Longer than the time between two tries. A killed helper does not wait for ever.
WAITING_SECONDS = 90
logger = logging.getLogger(__name__)


class ShardStore:
    """The shards of an attempt at a run, encrypted. Every method raises RedisError."""

    def __init__(self, space: Keyspace, secrets: Sequence[str], run_id: str, attempt: int) -> None:
        self._cipher = ShardCipher(secrets, run_id, attempt)
        self._redis = space.redis
        self._space = space
        self._run_id = run_id

    def put(self, shard: Shard) -> None:
        encrypted = self._cipher.encrypt(shard.id, shard.document())
        self._redis.set(self._key(shard.id), encrypted, ex=KEPT_SECONDS)

    def get(self, shard_id: str) -> Shard | None:
        """The shard. None if it is no longer wanted, or does not come from a worker of this version
        that executes this attempt: that worker then transfers the files itself."""
        stored = cast(bytes | None, self._redis.get(self._key(shard_id)))
        if not stored:
            return None
        try:
            return shard_of(shard_id, self._cipher.decrypt(shard_id, stored))
        except (TypeError, ValueError) as error:
            logger.warning("Ignore shard id=%s reason=%s", shard_id, error)
            return None

    def is_wanted(self, shard_id: str) -> bool:
        """Whether the worker of the run still waits for the shard."""
        return bool(self._redis.exists(self._key(shard_id)))

    def remove(self, shard_id: str) -> None:
        self._redis.delete(self._key(shard_id), self._waiting_key(shard_id))

    def put_waiting(self, shard_id: str, waiting: Sequence[Waiting]) -> None:
        """Tell the worker of the run what the helper that transfers the shard waits for."""
        if waiting:
            document = orjson.dumps([asdict(one) for one in waiting])
            self._redis.set(self._waiting_key(shard_id), document, ex=WAITING_SECONDS)
        else:
            self._redis.delete(self._waiting_key(shard_id))

    def waiting(self, shard_ids: Sequence[str]) -> list[Waiting]:
        """What the helpers that transfer these shards wait for."""
        if not shard_ids:
            return []
        keys = [self._waiting_key(shard_id) for shard_id in shard_ids]
        documents = cast(list[bytes | None], self._redis.mget(keys))
        return [Waiting(**one) for found in documents if found for one in orjson.loads(found)]

    def _waiting_key(self, shard_id: str) -> str:
        return f"{self._key(shard_id)}:waiting"

    def _key(self, shard_id: str) -> str:
        return f"{self._space.run_key(self._run_id)}:shard:{shard_id}"
