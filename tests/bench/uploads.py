"""Seeds files, uploads them from disk as quickly as a destination takes them, and removes them
again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.cores import stopwatch
from tests.bench.forms import CONTENT_TYPE, Form, Noise
from tests.bench.lab import Bare, say
from tests.stack.directus import DirectusInstance

PATH = "/files?fields=id"
CONNECTIONS = (1, 2, 4, 8)
SEED_CONNECTIONS = 4
SWEEP_FILES = 100


def seed(source: DirectusInstance, count: int, size: int) -> None:
    """Put ``count`` files of ``size`` random bytes into the source."""
    say(f"  uploading {count} files of {size:,} bytes to the source")
    client = Bare(source, SEED_CONNECTIONS)

    def send(number: int) -> None:
        form = Form(number, Noise(number, size), size)
        client.post(PATH, form, CONTENT_TYPE, form.size)

    with ThreadPoolExecutor(SEED_CONNECTIONS) as pool:
        list(pool.map(send, range(count)))


def best_connections(destination: DirectusInstance, paths: Sequence[Path]) -> int:
    """How many uploads at the same time are quickest, for some of the files."""
    seconds = {}
    for connections in CONNECTIONS:
        seconds[connections] = upload(destination, paths[:SWEEP_FILES], connections)
        say(f"  bare uploader, {connections} at the same time: {seconds[connections]:.2f} s")
        drop(destination)
    return min(seconds, key=lambda connections: seconds[connections])


def upload(destination: DirectusInstance, paths: Sequence[Path], connections: int) -> float:
    """The seconds that it takes to upload the files. Raises MeasurementFailed."""
    client = Bare(destination, connections)

    def send(numbered: tuple[int, Path]) -> None:
        number, path = numbered
        with path.open("rb") as content:
            form = Form(number, content, path.stat().st_size)
            client.post(PATH, form, CONTENT_TYPE, form.size)

    elapsed = stopwatch()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(send, enumerate(paths)))
    return elapsed()


def drop(instance: DirectusInstance) -> None:
    """Remove all files of an instance."""
    client = Bare(instance)
    if keys := [row["id"] for row in client.json("GET", "/files?fields=id&limit=-1")]:
        client.json("DELETE", "/files", keys)


def stored(instance: DirectusInstance) -> list[Path]:
    """The files that an instance has in its storage."""
    return sorted(instance.storage.iterdir())
