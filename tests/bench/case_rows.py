"""Bulk rows: a whole run beside a bare loader that has all rows in memory."""

from collections.abc import Iterator

from tests.bench import articles, ceiling
from tests.bench.command import Run, migrate
from tests.bench.lab import Effort, Sides, say, sides
from tests.bench.lines import Line, amount, median, ratio

ROWS = 20_000
WHOLE, LOADING = 1.25, 1.10


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case. Raises MeasurementFailed."""
    count = effort.size(ROWS)
    bare: list[float] = []
    loading: list[float] = []
    runs: list[Run] = []
    with sides() as both:
        articles.prepare(both, count)
        waves = articles.waves(both)
        way = ceiling.best_way(both.destination, waves)
        for _ in range(effort.runs):
            bare.append(_bare_load(both, waves, way))
            articles.drop(both.destination)
            runs.append(migrate(both))
            loading.append(articles.loading_seconds(both.destination))
    most, what = median(bare), f"{count:,} rows"
    yield ratio(
        "rows",
        f"{what}, whole run",
        median([run.seconds for run in runs]),
        most,
        "s",
        str(way),
        most=WHOLE,
    )
    yield ratio(
        "rows", f"{what}, first to last commit", median(loading), most, "s", str(way), most=LOADING
    )
    size = sum(len(row) for wave in waves for row in wave) // count
    yield amount("rows", f"{what} of {size} bytes, bare loader", count / most, "rows/s")
    yield amount("rows", f"{what}, peak memory", median([run.peak for run in runs]), "MB")


def _bare_load(both: Sides, waves: list[list[bytes]], way: ceiling.Way) -> float:
    ceiling.fresh(both.destination)
    seconds = ceiling.load(both.destination, waves, way)
    say(f"  bare loader, {way}: {seconds:.2f} s")
    return seconds
