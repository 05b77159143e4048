"""A run asks for little: few requests, flat memory, and never more than the destination says that
it takes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from sidecar.directus.client import Directus
from sidecar.migration.check.compatibility import check
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.request import MigrationRequest
from tests.bench.command import migrate, try_migrate
from tests.bench.lab import Sides
from tests.stack.delay_proxy import DelayProxy, Exchange, refused_share, too_early
from tests.stack.directus import DirectusInstance
from tests.stack.many_files import seed_files
from tests.stack.proxy import Proxy
from tests.stack.seed.api import Api
from tests.stack.seed.fields import Json, collection, counted_key, field, uuid_key

FOLDER = "economy"
SMALL = [f"small_{number}" for number in range(8)]
LONG, LONG_ROWS, PAGE = "long", 600, "front_page"
REQUESTS_A_COLLECTION = 6
REQUESTS_IN_GENERAL = 100
PAGES, TEXT_BYTES = 9_000, 5_000
MOST_MEGABYTES = 150
FILES = 100
RATE = {
    "RATE_LIMITER_ENABLED": "true",
    "RATE_LIMITER_STORE": "memory",
    "RATE_LIMITER_POINTS": "20",
    "RATE_LIMITER_DURATION": "1",
}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Sides]:
    """A source with small collections, and an empty destination."""
    folder = tmp_path_factory.mktemp("economy")
    with (
        DirectusInstance("source", version, database, workdir=folder) as source,
        DirectusInstance("destination", version, database, workdir=folder) as destination,
    ):
        _make_small(source)
        yield Sides(source, destination)


@pytest.fixture
def limited(tmp_path: Path, version: str, database: str) -> Iterator[DirectusInstance]:
    """A destination that takes 20 requests a second, and refuses more."""
    with DirectusInstance(
        "limited", version, database, workdir=tmp_path, environment=RATE
    ) as instance:
        yield instance


def test_a_small_collection_takes_few_requests_and_at_the_second_run_fewer(pair: Sides) -> None:
    first, second = _watched(pair), _watched(pair)
    assert set(_about(first)) == set(_about(second)) == set(SMALL)
    assert max(_about(first).values()) <= REQUESTS_A_COLLECTION
    assert len(first) - sum(_about(first).values()) <= REQUESTS_IN_GENERAL
    # Where the schema stands it is read once on each side, and compared once.
    paths = Counter(exchange.path for exchange in second)
    assert (paths["/schema/snapshot"], paths["/schema/diff"], paths["/schema/apply"]) == (2, 1, 0)


def test_with_nothing_to_do_each_side_is_asked_once_about_a_small_collection(pair: Sides) -> None:
    """Its rows come with their number."""
    _make(pair.source, LONG, counted_key(), LONG_ROWS)
    _make_page(pair.source)
    migrate(pair)
    for arguments in ((), ("--dry-run",)):
        exchanges = _watched(pair, *arguments)
        assert _about(exchanges) == Counter(dict.fromkeys(SMALL, 2))
        others = Counter(exchange.path for exchange in exchanges)
        # The first of three pages with the number, and those that follow.
        assert (others[f"/items/{LONG}"], others[f"/items/{PAGE}"]) == (6, 2)


def test_a_start_asks_nothing_about_single_collections(pair: Sides) -> None:
    """The run itself will: it counts their rows on both sides."""
    request = MigrationRequest(("content",), dry_run=False)
    asked = {}
    for thorough in (True, False):
        with (
            DelayProxy(pair.source.url) as source,
            DelayProxy(pair.destination.url) as destination,
            KeySets() as keys,
        ):
            checked = check(
                Directus(source.url, pair.source.admin_token),
                Directus(destination.url, pair.destination.admin_token),
                request,
                keys,
                thorough,
            )
        assert checked.compatible
        asked[thorough] = _about([*source.exchanges, *destination.exchanges])
    assert asked == {True: Counter(dict.fromkeys(SMALL, 2)), False: Counter()}


def test_the_destination_has_its_first_files_long_before_the_source_was_asked_for_all(
    pair: Sides,
) -> None:
    """When all are read at once, all have been read late, and the destination has nothing to do
    until then."""
    seed_files(pair.source, [150_000] * FILES)
    with DelayProxy(pair.source.url) as source, DelayProxy(pair.destination.url) as destination:
        migrate(pair, "--batch-size", "25", source_url=source.url, destination_url=destination.url)
    first = next(
        exchange.came
        for exchange in destination.exchanges
        if (exchange.method, exchange.path) == ("POST", "/files")
    )
    read = [exchange.came for exchange in source.exchanges if exchange.path.startswith("/assets/")]
    assert len(read) == FILES
    assert sum(came < first for came in read) < FILES / 2


def test_what_a_run_created_is_read_once_at_the_source(pair: Sides) -> None:
    _make(pair.source, "once", uuid_key())
    with DelayProxy(pair.source.url) as source:
        migrate(pair, source_url=source.url)
    # To count its rows, and to read them.
    assert [exchange.method for exchange in source.exchanges if exchange.path == "/items/once"] == [
        "SEARCH",
        "SEARCH",
    ]


def test_a_created_row_that_does_not_stand_as_it_was_read_is_named(pair: Sides) -> None:
    _make(pair.source, "otherwise", counted_key())

    def alter(method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        read = (method, path) == ("SEARCH", "/items/otherwise")
        return status, body.replace(b'"otherwise 7"', b'"something else"') if read else body

    with Proxy(pair.destination.url, alter) as proxy:
        run = try_migrate(pair, destination_url=proxy.url)
    assert [
        (problem["resource"], problem["key"], problem["code"])
        for problem in run.document["problems"]
    ] == [("otherwise", "8", "DIFFERENT")]


def test_memory_does_not_grow_with_the_collection(pair: Sides) -> None:
    with Api(pair.source.url, pair.source.admin_token) as source:
        source.post(
            "/collections", collection("pages", FOLDER, [uuid_key(), field("text", "text")])
        )
        for _ in range(0, PAGES, 150):
            source.post("/items/pages", [{"text": "x" * TEXT_BYTES} for _ in range(150)])
    run = migrate(pair)
    pages = next(row for row in run.document["resources"] if row["name"] == "pages")
    assert pages["verified"] == PAGES
    assert run.peak < MOST_MEGABYTES


def test_columns_that_the_destination_has_just_gained_are_looked_at(pair: Sides) -> None:
    """Its old rows get the default value there, while at the source they have none."""
    migrate(pair)
    with Api(pair.source.url, pair.source.admin_token) as source:
        source.post(
            f"/fields/{SMALL[0]}", field("state", "string", schema={"default_value": "draft"})
        )
        keys = [row["id"] for row in source.get(f"/items/{SMALL[0]}", fields="id")]
        source.patch(f"/items/{SMALL[0]}", [{"id": key, "state": None} for key in keys])
    run = try_migrate(pair)
    assert {(problem["resource"], problem["code"]) for problem in run.document["problems"]} == {
        (SMALL[0], "CONFLICT")
    }
    assert len(run.document["problems"]) == len(keys)


def test_a_rate_limit_is_kept_to(pair: Sides, limited: DirectusInstance) -> None:
    with DelayProxy(limited.url) as proxy:
        run = migrate(replace(pair, destination=limited), destination_url=proxy.url)
    assert run.completed
    assert too_early(proxy.exchanges) == []
    assert refused_share(proxy.exchanges) <= 0.05


def _make_small(source: DirectusInstance) -> None:
    with Api(source.url, source.admin_token) as client:
        client.post("/collections", {"collection": FOLDER, "schema": None, "meta": {}})
    for name, key in zip(SMALL, [uuid_key, counted_key] * 4, strict=True):
        _make(source, name, key())


def _make_page(source: DirectusInstance) -> None:
    """A singleton."""
    with Api(source.url, source.admin_token) as client:
        fields = [counted_key(), field("name", "string")]
        client.post("/collections", collection(PAGE, FOLDER, fields, singleton=True))
        client.patch(f"/items/{PAGE}", {"name": "A page"})


def _make(source: DirectusInstance, name: str, key: Json, rows: int = 50) -> None:
    """A collection with some rows."""
    with Api(source.url, source.admin_token) as client:
        client.post("/collections", collection(name, FOLDER, [key, field("name", "string")]))
        client.post(f"/items/{name}", [{"name": f"{name} {number}"} for number in range(rows)])


def _watched(pair: Sides, *arguments: str) -> list[Exchange]:
    """The requests of a run, to both sides."""
    with DelayProxy(pair.source.url) as source, DelayProxy(pair.destination.url) as destination:
        migrate(pair, *arguments, source_url=source.url, destination_url=destination.url)
        return [*source.exchanges, *destination.exchanges]


def _about(exchanges: Sequence[Exchange]) -> Counter[str]:
    """How many requests there were about each small collection."""
    words = [exchange.path.strip("/").split("/") for exchange in exchanges]
    return Counter(name for path in words for name in path if name in SMALL)
