"""Generated values of every type, and generated keys, arrive as they are: by REST into the source, compared by SQL."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sidecar.directus.client import Directus
from sidecar.migration.pipeline import migrate
from sidecar.migration.report import FileProof, Level, Report
from sidecar.migration.request import MigrationRequest
from tests.integration.oracle import differences
from tests.stack.awkward.every_type import EXACT_IN_JAVASCRIPT, TEXTS
from tests.stack.awkward.tables import table
from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api
from tests.stack.seed.fields import Json, counted_key, document, field, listing, text_key

ROWS = 40
FEW = settings(max_examples=8, deadline=None, derandomize=True, database=None,
               suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
DECIMAL = {"numeric_precision": 20, "numeric_scale": 8}
COLLECTIONS = [
    table("generated", [
        counted_key(), field("a_string", "string"), field("a_text", "text"),
        field("a_boolean", "boolean", special=["cast-boolean"]), field("an_integer", "integer"),
        field("a_big_integer", "bigInteger"), field("a_float", "float"), field("a_decimal", "decimal", schema=DECIMAL),
        field("a_date", "date"), field("a_time", "time"), field("a_date_time", "dateTime"),
        field("a_timestamp", "timestamp"), document("a_json"), listing("a_csv"), field("a_uuid", "uuid"),
    ]),
    table("named", [text_key("name"), field("number", "integer")]),
]  # fmt: skip

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(characters, max_size=30) | st.sampled_from(TEXTS)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0,"), max_size=8)
numbers = st.integers(-EXACT_IN_JAVASCRIPT, EXACT_IN_JAVASCRIPT)
floats = st.floats(-(2.0**100), 2.0**100, width=32, allow_subnormal=False)
leaves = st.none() | st.booleans() | numbers | floats | texts
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Directus reads years before 1000 wrongly, and in a zone the first and last days would leave the calendar.
moments = st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=zones)
wall_clocks = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31))


def branches(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)


def strategies(database: str) -> dict[str, st.SearchStrategy[Any]]:
    """A strategy for each column; SQLite holds larger numbers than Directus can read from it."""
    most = 2**63 - 1 if database == "postgres" else EXACT_IN_JAVASCRIPT
    values: dict[str, st.SearchStrategy[Any]] = {
        "a_string": texts,
        "a_text": texts,
        "a_boolean": st.booleans(),
        "an_integer": st.integers(-(2**31), 2**31 - 1),
        "a_big_integer": st.integers(-most - (database == "postgres"), most).map(str),
        "a_float": floats,
        "a_decimal": st.decimals(-(10**12) + 1, 10**12 - 1, places=8).map(str),
        "a_date": st.dates(date(1000, 1, 1)).map(date.isoformat),
        "a_time": st.times().map(lambda one: time.isoformat(one, "seconds")),
        "a_date_time": wall_clocks.map(lambda one: one.isoformat(timespec="seconds")),
        "a_timestamp": moments.map(lambda one: one.isoformat(timespec="milliseconds")),
        "a_json": branches(st.recursive(leaves, branches, max_leaves=6)),
        "a_csv": st.lists(words, max_size=4),
        "a_uuid": st.uuids().map(str),
    }
    return {name: st.none() | strategy for name, strategy in values.items()}


class Silent:
    """A Watcher that wants nothing."""

    def line(self, level: Level, stage: str | None, message: str) -> None:
        """Not said."""

    def changed(self, report: Report) -> None:
        """Not looked at."""

    def transferred(self, file: FileProof) -> None:
        """Not kept."""

    def cancel_requested(self) -> bool:
        return False


class Round:
    """Takes rows from the source to the destination, and compares."""

    def __init__(self, source: DirectusInstance, destination: DirectusInstance, api: Api) -> None:
        self._source = source
        self._destination = destination
        self._api = api

    def differences(self, collection: str, rows: list[Json]) -> list[str]:
        """What the oracle says after ``rows`` were made at the source and a run has ended well."""
        self._api.post(f"/items/{collection}", rows)
        here, there = (Directus(side.url, side.admin_token) for side in (self._source, self._destination))
        report = migrate(here, there, MigrationRequest(dry_run=False), Silent())
        assert (report.status, report.problems, report.message) == ("completed", [], None)
        return differences(self._source.database, self._destination.database, [collection])


@pytest.fixture(scope="module")
def trip(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str, destination: DirectusInstance
) -> Iterator[Round]:
    source = DirectusInstance("values", version, database, workdir=tmp_path_factory.mktemp("values"))
    with source, Api(source.url, source.admin_token) as api:
        api.post("/collections", COLLECTIONS)
        yield Round(source, destination, api)


@FEW
@given(data=st.data())
def test_generated_values_arrive_as_they_are(trip: Round, database: str, data: st.DataObject) -> None:
    pools = {name: data.draw(st.lists(strategy, min_size=5, max_size=13), name)
             for name, strategy in strategies(database).items()}
    rows = [{name: pool[number % len(pool)] for name, pool in pools.items()} for number in range(ROWS)]
    assert trip.differences("generated", rows) == []


@pytest.fixture(scope="module")
def used() -> set[str]:
    """Keys that an earlier example has taken."""
    return set()


@FEW
@given(keys=st.sets(st.text(characters, min_size=1, max_size=20), min_size=ROWS, max_size=ROWS + 10))
def test_generated_keys_arrive_as_they_are(trip: Round, used: set[str], keys: set[str]) -> None:
    fresh = list(islice(sorted(keys - used), ROWS))
    assume(fresh)
    used.update(fresh)
    assert trip.differences("named", [{"name": name, "number": at} for at, name in enumerate(fresh)]) == []
