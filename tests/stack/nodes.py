"""Several Directus that are one instance: the same database, storage and secret, told of changes by
Redis."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.stack.directus import DirectusInstance


@contextmanager
def two_nodes(
    version: str, redis_url: str, workdir: Path
) -> Iterator[tuple[DirectusInstance, DirectusInstance]]:
    """Two nodes on PostgreSQL, both running; the token of the first is good at either."""
    shared = {"SECRET": secrets.token_hex(32), "REDIS": redis_url, "SYNCHRONIZATION_STORE": "redis"}
    first = DirectusInstance(
        "destination", version, "postgres", workdir=workdir, environment=shared
    )
    with ExitStack() as stack:
        stack.enter_context(first)
        beside = {**shared, **first.database.environment, "STORAGE_LOCAL_ROOT": str(first.storage)}
        # A database of its own, which it does not use, is quickest to make as a file.
        second = DirectusInstance(
            "destination-2", version, "sqlite", workdir=workdir, environment=beside
        )
        yield first, stack.enter_context(second)
