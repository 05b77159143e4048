"""Nothing to do: the second run of the bulk rows."""

from collections.abc import Iterator

from tests.bench import articles
from tests.bench.case_rows import ROWS
from tests.bench.command import migrate
from tests.bench.lab import Effort, sides
from tests.bench.lines import Line, median, ratio

SHARE = 0.15


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case. Raises MeasurementFailed."""
    count = effort.size(ROWS)
    first, second, read = [], [], []
    with sides() as both:
        articles.prepare(both, count)
        for _ in range(effort.runs):
            articles.drop(both.destination)
            first.append(migrate(both).seconds)
            second.append(migrate(both).seconds)
            read.append(articles.reading_seconds(both.source))
    yield ratio(
        "again",
        f"{count:,} rows, second run",
        median(second),
        median(first),
        "s",
        "first run",
        most=SHARE,
    )
    yield ratio(
        "again",
        "a bare client that reads the source",
        median(read),
        median(first),
        "s",
        "first run",
    )
