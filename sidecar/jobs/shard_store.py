"""The shards of a run in Redis: a shard is wanted for as long as its files lie there."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

import orjson

from sidecar.jobs.keyspace import Keyspace
from sidecar.migration.files.shards import Shard, shard_of
from sidecar.migration.report.outages import Waiting

KEPT_SECONDS = 24 * 3600
# Longer than the time between two tries. A killed helper does not wait for ever.
WAITING_SECONDS = 90


class ShardStore:
    """The shards of the run ``run_id``. Every method raises RedisError."""

    def __init__(self, space: Keyspace, run_id: str) -> None:
        self._redis = space.redis
        self._space = space
        self._run_id = run_id

    def put(self, shard: Shard) -> None:
        self._redis.set(self._key(shard.id), orjson.dumps(shard.document()), ex=KEPT_SECONDS)

    def get(self, shard_id: str) -> Shard | None:
        """The shard, or None if it is no longer wanted."""
        document = cast(bytes | None, self._redis.get(self._key(shard_id)))
        return shard_of(shard_id, orjson.loads(document)) if document else None

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
