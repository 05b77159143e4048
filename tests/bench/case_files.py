"""Files: many small ones and a few large ones, beside a bare uploader that has them on its disk."""

from collections.abc import Iterator

from tests.bench import uploads
from tests.bench.command import Run, migrate
from tests.bench.lab import Effort, Sides, say, sides
from tests.bench.lines import Line, amount, median, median_known, ratio

SMALL = 500, 200_000
LARGE = 4, 500_000_000
BATCH_SIZE = "25"
SHARE = 0.9
MOST_MEGABYTES = 150


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case; of the small files the number scales, of the large ones the size.

    Raises MeasurementFailed.
    """
    with sides() as both:
        yield from _measure(both, effort.runs, effort.size(SMALL[0]), SMALL[1])
        uploads.drop(both.source)
        yield from _measure(both, effort.runs, LARGE[0], effort.size(LARGE[1]))


def _measure(both: Sides, times: int, count: int, size: int) -> Iterator[Line]:
    uploads.seed(both.source, count, size)
    paths = uploads.stored(both.source)
    connections = uploads.best_connections(both.destination, paths)
    bare: list[float] = []
    runs: list[Run] = []
    for _ in range(times):
        bare.append(uploads.upload(both.destination, paths, connections))
        say(f"  bare uploader, {connections} at the same time: {bare[-1]:.2f} s")
        uploads.drop(both.destination)
        runs.append(migrate(both, "--batch-size", BATCH_SIZE))
        uploads.drop(both.destination)
    yield from _lines(f"{count} x {size / 1e6:g} MB", count * size / 1e6, connections, bare, runs)


def _lines(
    what: str, megabytes: float, connections: int, bare: list[float], runs: list[Run]
) -> Iterator[Line]:
    most, note = megabytes / median(bare), f"{connections} at the same time"
    applying = median_known([run.stage("apply") for run in runs])
    moved = None if applying is None else megabytes / applying
    whole = megabytes / median([run.seconds for run in runs])
    yield ratio("files", f"{what}, stage apply", moved, most, "MB/s", note, least=SHARE)
    yield ratio("files", f"{what}, whole run", whole, most, "MB/s", note)
    yield amount(
        "files", f"{what}, peak memory", max(run.peak for run in runs), "MB", most=MOST_MEGABYTES
    )
