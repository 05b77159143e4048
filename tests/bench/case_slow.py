"""Slow and limited destinations: a distant one, and two kinds that refuse when it becomes too much.

Those that refuse get some of everything: large batches, many small collections, and files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench import articles, site, uploads
from tests.bench.command import Run, migrate, try_migrate
from tests.bench.lab import Effort, Sides, say, sides
from tests.bench.lines import Line, amount, median, ratio
from tests.stack.delay_proxy import DelayProxy, Exchange, refused_share, too_early

DISTANT_ROWS, LIMITED_ROWS = 20_000, 4000
FILES, FILE_BYTES = 100, 200_000
LATENCY = 0.05
SHARE = 0.8
MOST_REFUSED = 5.0
RATE = {
    "RATE_LIMITER_ENABLED": "true",
    "RATE_LIMITER_STORE": "memory",
    "RATE_LIMITER_POINTS": "50",
    "RATE_LIMITER_DURATION": "1",
}
# In ms, the mean of a quarter of a second. Idle it is 10, as Directus looks every 10 ms; a request
# at a time makes 11.
PRESSURE = {"PRESSURE_LIMITER_MAX_EVENT_LOOP_DELAY": "12"}
LIMITS = {
    "50 requests a second": RATE,
    "under pressure": PRESSURE,
    "under pressure, with Retry-After": {**PRESSURE, "PRESSURE_LIMITER_RETRY_AFTER": "2"},
}


@dataclass(frozen=True)
class Watched:
    """A run, and what passed between it and the destination."""

    run: Run
    exchanges: Sequence[Exchange]


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case. Raises MeasurementFailed."""
    yield _distant(effort)
    for what, environment in LIMITS.items():
        yield from _limited(effort, what, environment)


def _distant(effort: Effort) -> Line:
    count = effort.size(DISTANT_ROWS)
    near: list[float] = []
    far: list[float] = []
    with sides() as both:
        articles.prepare(both, count)
        for _ in range(effort.runs):
            for seconds, latency in ((near, 0.0), (far, LATENCY)):
                articles.drop(both.destination)
                with DelayProxy(both.destination.url, latency) as proxy:
                    seconds.append(count / migrate(both, destination_url=proxy.url).seconds)
    what = f"{count:,} rows over {LATENCY * 1e3:.0f} ms"
    return ratio(
        "slow", what, median(far), median(near), "rows/s", "the same proxy, 0 ms", least=SHARE
    )


def _limited(effort: Effort, what: str, environment: dict[str, str]) -> Iterator[Line]:
    say(f"  {what}")
    watched = []
    with sides(**environment) as both:
        articles.prepare(both, effort.size(LIMITED_ROWS))
        site.make(both.source)
        uploads.seed(both.source, effort.size(FILES), FILE_BYTES)
        for _ in range(effort.runs):
            for module in (articles, site, uploads):
                module.drop(both.destination)
            watched.append(_watch(both))
    refused = [100 * refused_share(one.exchanges) for one in watched]
    first = watched[0].exchanges
    seen = f"{sum(one.status in (429, 503) for one in first)} of {len(first)} in the whole run"
    yield amount(
        "slow",
        f"{what}: runs not completed",
        sum(not one.run.completed for one in watched),
        "runs",
        most=0,
    )
    yield amount(
        "slow", f"{what}: refused once settled", max(refused), "%", seen, most=MOST_REFUSED
    )
    yield amount(
        "slow",
        f"{what}: came too early",
        sum(len(too_early(one.exchanges)) for one in watched),
        "requests",
        most=0,
    )


def _watch(both: Sides) -> Watched:
    with DelayProxy(both.destination.url) as proxy:
        return Watched(try_migrate(both, destination_url=proxy.url), proxy.exchanges)
