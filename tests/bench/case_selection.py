"""Selection: a tenth of the rows, with what they refer to, costs little of what all cost, and to
find out what all rows refer to takes little memory."""

from collections.abc import Iterator

from tests.bench import articles
from tests.bench.case_large import MORE, MOST_MEGABYTES
from tests.bench.command import migrate
from tests.bench.lab import Effort, sides
from tests.bench.lines import Line, amount, ratio

# Views are spread evenly below 100,000.
TENTH = ("--filter", 'articles={"views": {"_lt": 10000}}', "--references", "bring")
ALL = ("--filter", 'articles={"views": {"_lt": 100000}}', "--references", "bring", "--dry-run")
SHARE = 0.25


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case, of one run each. Raises MeasurementFailed."""
    count = effort.size(MORE)
    with sides() as both:
        articles.prepare(both, count)
        found = migrate(both, *ALL)
        selected = migrate(both, *TENTH)
        articles.drop(both.destination)
        whole = migrate(both)
    rows = selected.document["selection"]["rows"]
    yield ratio(
        "selection",
        f"{rows:,} of {count:,} rows",
        selected.seconds,
        whole.seconds,
        "s",
        "all rows",
        most=SHARE,
    )
    yield amount(
        "selection",
        f"{found.document['selection']['rows']:,} rows in a dry run, peak memory",
        found.peak,
        "MB",
        f"{found.seconds:.0f} s",
        most=MOST_MEGABYTES,
    )
    yield amount(
        "selection",
        f"{rows:,} of {count:,} rows, peak memory",
        selected.peak,
        "MB",
        f"{whole.peak:.0f} MB (all rows)",
        most=MOST_MEGABYTES,
    )
