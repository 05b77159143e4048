"""A source and a destination that come up at the same time, for tests that need nothing else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.stack.directus import DirectusInstance


class Pair(NamedTuple):
    """Two instances whose administrators are different people."""

    source: DirectusInstance
    destination: DirectusInstance


def bare_pair(folder: Path, version: str, database: str) -> AbstractContextManager[Pair]:
    """Two with nothing in them but their administrators."""
    return started(
        *(DirectusInstance(name, version, database, workdir=folder) for name in ("from", "to"))
    )


@contextmanager
def started(source: DirectusInstance, destination: DirectusInstance) -> Iterator[Pair]:
    """Both, running; afterwards their databases are gone."""
    pair = Pair(source, destination)
    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(DirectusInstance.start, pair))
        yield pair
    finally:
        for instance in pair:
            instance.remove()
