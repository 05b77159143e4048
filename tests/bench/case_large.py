"""Large: memory stays what it is, and a row takes as long, when there are ten times as many."""

from collections.abc import Iterator

from tests.bench import articles
from tests.bench.command import migrate
from tests.bench.lab import Effort, sides
from tests.bench.lines import Line, amount, ratio

FEWER, MORE = 30_000, 300_000
MOST_MEGABYTES = 150
SLOWER = 1.10


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case, of one run each. Raises MeasurementFailed."""
    fewer, more = effort.size(FEWER), effort.size(MORE)
    with sides() as both:
        articles.prepare(both, fewer)
        small = migrate(both)
        articles.drop(both.destination)
        articles.add(both.source, fewer + 1, more)
        large = migrate(both)
    yield ratio(
        "large",
        f"{more:,} rows, time for a row",
        1e3 * large.seconds / more,
        1e3 * small.seconds / fewer,
        "ms",
        f"{fewer:,} rows",
        most=SLOWER,
    )
    yield amount(
        "large",
        f"{more:,} rows, peak memory",
        large.peak,
        "MB",
        f"{small.peak:.0f} MB ({fewer:,} rows)",
        most=MOST_MEGABYTES,
    )
