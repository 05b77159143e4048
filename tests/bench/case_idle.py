"""Many small collections and nothing to do: what a collection costs that is there already, in a run
and in a dry run, and what the page's check costs."""

from collections.abc import Iterator, Sequence

from sidecar.directus.client import Directus
from sidecar.migration.check.compatibility import check
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.request import MigrationRequest
from tests.bench.command import migrate
from tests.bench.cores import stopwatch
from tests.bench.lab import Effort, Sides, api, say, sides
from tests.bench.lines import Line, amount, median
from tests.stack.delay_proxy import DelayProxy, Exchange
from tests.stack.seed.fields import collection, counted_key, field, uuid_key

COLLECTIONS, ROWS = 300, 20
PREFIX, FOLDER = "idle_", "idle"
REQUESTS_A_COLLECTION = 2
FORMS: dict[str, Sequence[str]] = {
    "run": (),
    "run that updates": ("--existing", "update"),
    "dry run": ("--dry-run",),
}


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case. Raises MeasurementFailed."""
    count = effort.size(COLLECTIONS)
    what = f"{count} collections of {ROWS} rows, nothing to do"
    with sides() as both:
        say("  making many collections")
        _make(both, count)
        migrate(both)
        seconds = {
            form: [migrate(both, *arguments).seconds for _ in range(effort.runs)]
            for form, arguments in FORMS.items()
        }
        requests = {form: _requests(both, *arguments) for form, arguments in FORMS.items()}
        checks = [_check_seconds(both) for _ in range(effort.runs)]
    for form, found in seconds.items():
        yield amount("idle", f"{what}, {form}", median(found), "s")
    for form, asked in requests.items():
        yield amount(
            "idle",
            f"requests a collection, {form}",
            asked / count,
            "requests",
            most=REQUESTS_A_COLLECTION,
        )
    yield amount("idle", f"{count} collections, check", median(checks), "s")


def _make(both: Sides, count: int) -> None:
    """Collections with keys of both kinds, and a few columns."""
    names = [f"{PREFIX}{number:03}" for number in range(count)]
    tables = [
        collection(
            name,
            FOLDER,
            [key(), field("name", "string"), field("text", "text"), field("sort", "integer")],
        )
        for name, key in zip(names, [uuid_key, counted_key] * count, strict=False)
    ]
    with api(both.source) as client:
        client.post("/collections", [{"collection": FOLDER, "schema": None, "meta": {}}, *tables])
        for name in names:
            rows = [{"name": name, "text": "Text. " * 20, "sort": n} for n in range(ROWS)]
            client.post(f"/items/{name}", rows)


def _requests(both: Sides, *arguments: str) -> int:
    """How many requests of a run name one of the collections, at both sides."""
    with DelayProxy(both.source.url) as source, DelayProxy(both.destination.url) as destination:
        migrate(both, *arguments, source_url=source.url, destination_url=destination.url)
        return sum(map(_is_about_one, [*source.exchanges, *destination.exchanges]))


def _is_about_one(exchange: Exchange) -> bool:
    return any(word.startswith(PREFIX) for word in exchange.path.split("/"))


def _check_seconds(both: Sides) -> float:
    """The seconds of a check as the page asks for it."""
    source, destination = (
        Directus(side.url, side.admin_token) for side in (both.source, both.destination)
    )
    request = MigrationRequest(("content",), dry_run=True)
    elapsed = stopwatch()
    with source, destination, KeySets() as keys:
        check(source, destination, request, keys)
    return elapsed()
