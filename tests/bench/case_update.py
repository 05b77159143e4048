"""Few of many rows have changed: a run that updates them beside a bare client that reads both
sides."""

from collections.abc import Iterator

import psycopg

from tests.bench import articles
from tests.bench.command import migrate
from tests.bench.lab import Effort, Sides, say, sides
from tests.bench.lines import Line, MeasurementFailed, amount, median, ratio

ROWS = 300_000
CHANGED_SHARE = 100
MOST, MOST_MEGABYTES = 1.3, 150
CHANGE = """
    UPDATE articles SET title = left(title, 8) || %(round)s, details = '{"changed": true}'
    WHERE mod(views, %(share)s) = %(round)s
"""


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case. Raises MeasurementFailed."""
    count = effort.size(ROWS)
    runs, bare = [], []
    with sides() as both:
        _prepare(both, count)
        for number in range(effort.runs):
            changed = _change(both, number)
            bare.append(sum(map(articles.reading_seconds, (both.source, both.destination))))
            run = migrate(both, "--existing", "update")
            (row,) = (one for one in run.document["resources"] if one["name"] == articles.ARTICLES)
            if row["updated"] != changed:
                raise MeasurementFailed(f"{changed} rows differ, {row['updated']} were updated")
            runs.append(run)
    what = f"{count:,} rows, 1 % of them to update"
    seconds = median([run.seconds for run in runs])
    yield ratio("update", what, seconds, median(bare), "s", "reads both sides", most=MOST)
    peak = max(run.peak for run in runs)
    yield amount("update", f"{what}, peak memory", peak, "MB", most=MOST_MEGABYTES)


def _prepare(both: Sides, count: int) -> None:
    """The same articles on both sides, with the people of each."""
    articles.prepare(both, count)
    articles.make(both.destination)
    articles.fill(both.destination, count)


def _change(both: Sides, number: int) -> int:
    """Change 1 % of the articles at the source; returns how many."""
    say("  changing articles at the source")
    with psycopg.connect(both.source.database.dsn or "") as connection:
        values = {"share": CHANGED_SHARE, "round": number}
        return connection.execute(CHANGE, values).rowcount
