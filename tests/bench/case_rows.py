"""Bulk rows: a whole run beside a bare loader that has all rows in memory."""

from collections.abc import Iterator

from tests.bench import articles, ceiling
from tests.bench.command import Run, migrate
from tests.bench.lab import Effort, Sides, say, sides
from tests.bench.lines import Line, amount, median, median_known, ratio
from tests.bench.schema import apply_seconds

ROWS = 20_000
WHOLE, LOADING = 1.25, 1.10


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case. Raises MeasurementFailed."""
    count = effort.size(ROWS)
    bare: list[float] = []
    schema: list[float] = []
    runs: list[Run] = []
    with sides() as both:
        articles.prepare(both, count)
        rows = articles.bodies(both)
        way = ceiling.best_way(both.destination, rows)
        for _ in range(effort.runs):
            bare.append(_bare_load(both, rows, way))
            schema.append(_bare_schema(both))
            articles.drop(both.destination)
            runs.append(migrate(both))
    most, what = median(bare), f"{count:,} rows"
    yield ratio("rows", f"{what}, whole run", median([run.seconds for run in runs]), most, "s", str(way), most=WHOLE)
    applying = median_known([run.stage("apply") for run in runs])
    loading = None if applying is None else applying - median(schema)
    yield ratio("rows", f"{what}, stage apply less a bare schema apply", loading, most, "s", str(way), most=LOADING)
    yield amount("rows", f"{what} of {sum(map(len, rows)) // len(rows)} bytes, bare loader", count / most, "rows/s")
    yield amount("rows", f"{what}, peak memory", median([run.peak for run in runs]), "MB")


def _bare_load(both: Sides, rows: list[bytes], way: ceiling.Way) -> float:
    ceiling.fresh(both.destination)
    seconds = ceiling.load(both.destination, rows, way)
    say(f"  bare loader, {way}: {seconds:.2f} s")
    return seconds


def _bare_schema(both: Sides) -> float:
    articles.drop(both.destination)
    return apply_seconds(both)
