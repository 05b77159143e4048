"""The ceiling: how quickly a destination takes in rows from somebody who has them all at hand,
ready to be sent."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

from tests.bench import articles
from tests.bench.cores import stopwatch
from tests.bench.lab import Bare, say
from tests.stack.directus import DirectusInstance

BATCHES = (100, 250, 500, 800)
CONNECTIONS = (1, 2, 4)
SWEEP_ROWS = 4000
MAX_BYTES = 1_000_000
PATH = f"/items/{articles.ARTICLES}?fields=id"


@dataclass(frozen=True)
class Way:
    """How to load: rows a request, and requests at the same time."""

    rows: int
    connections: int

    def __str__(self) -> str:
        return f"{self.connections} x {self.rows} rows"


def best_way(destination: DirectusInstance, waves: Sequence[Sequence[bytes]]) -> Way:
    """The quickest combination for some of the first of ``waves``; the destination's collections
    are made anew."""
    fresh(destination)
    seconds: dict[Way, float] = {}
    for size, connections in product(BATCHES, CONNECTIONS):
        way = Way(size, connections)
        seconds[way] = load(destination, [waves[0][:SWEEP_ROWS]], way)
        say(f"  bare loader, {way}: {seconds[way]:.2f} s")
        articles.empty(destination)
    return min(seconds, key=lambda way: seconds[way])


def fresh(destination: DirectusInstance) -> None:
    """Empty collections in loading mode."""
    articles.drop(destination)
    articles.make(destination, loading=True)


def load(destination: DirectusInstance, waves: Sequence[Sequence[bytes]], way: Way) -> float:
    """The seconds that it takes to load the rows of ``waves``, one after the other. Raises
    MeasurementFailed."""
    requests = [list(_requests(rows, way.rows)) for rows in waves]
    client = Bare(destination, way.connections)
    elapsed = stopwatch()
    with ThreadPoolExecutor(way.connections) as pool:
        for bodies in requests:
            for _ in pool.map(lambda body: client.post(PATH, body), bodies):
                pass
    return elapsed()


def _requests(rows: Sequence[bytes], most_rows: int) -> Iterator[bytes]:
    batch: list[bytes] = []
    size = 0
    for row in rows:
        if len(batch) == most_rows or size + len(row) > MAX_BYTES:
            yield _encoded(batch)
            batch, size = [], 0
        batch.append(row)
        size += len(row) + 1
    yield _encoded(batch)


def _encoded(batch: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(batch) + b"]"
