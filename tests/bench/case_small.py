"""Many small collections: what a collection costs when it has hardly any rows."""

from collections.abc import Iterator

from tests.bench import site
from tests.bench.command import migrate
from tests.bench.lab import Effort, Sides, say, sides
from tests.bench.lines import Line, amount, median
from tests.bench.schema import apply_seconds
from tests.stack.delay_proxy import DelayProxy, Exchange

SECONDS_A_COLLECTION = 0.05
REQUESTS_A_COLLECTION = 6
ABOUT = ("items", "collections", "fields", "relations")


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case; the number of collections does not scale. Raises MeasurementFailed."""
    schema, whole = [], []
    with sides() as both:
        say("  making many small collections")
        count = site.make(both.source)
        for _ in range(effort.runs):
            site.drop(both.destination)
            schema.append(apply_seconds(both))
            site.drop(both.destination)
            whole.append(migrate(both).seconds)
        site.drop(both.destination)
        exchanges = _recorded(both)
    beyond = (median(whole) - median(schema)) / count
    yield amount(
        "small",
        f"{count} collections, whole run",
        median(whole),
        "s",
        f"schema apply {median(schema):.2f} s",
    )
    yield amount(
        "small", "a collection, without schema apply", beyond, "s", most=SECONDS_A_COLLECTION
    )
    about = sum(map(_is_about_a_collection, exchanges))
    yield amount(
        "small",
        "requests about a collection, on average",
        about / count,
        "requests",
        most=REQUESTS_A_COLLECTION,
    )
    yield amount(
        "small",
        "requests about none",
        len(exchanges) - about,
        "requests",
        f"{len(exchanges)} in all",
    )


def _recorded(both: Sides) -> list[Exchange]:
    """The requests of a run, to both sides."""
    with DelayProxy(both.source.url) as source, DelayProxy(both.destination.url) as destination:
        migrate(both, source_url=source.url, destination_url=destination.url)
        return [*source.exchanges, *destination.exchanges]


def _is_about_a_collection(exchange: Exchange) -> bool:
    """Whether it names one of the project's own collections."""
    words = exchange.path.strip("/").split("/")
    return len(words) > 1 and words[0] in ABOUT and not words[1].startswith("directus_")
