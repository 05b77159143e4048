"""A collection with a column of every type, one with texts as keys, and what their values may be
drawn from."""

import string
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.stack.awkward.every_type import EXACT_IN_JAVASCRIPT, TEXTS
from tests.stack.awkward.tables import table
from tests.stack.seed.fields import counted_key, document, field, listing, text_key

DECIMAL = {"numeric_precision": 20, "numeric_scale": 8}
COLLECTIONS = [
    table(
        "generated",
        [
            counted_key(),
            field("a_string", "string"),
            field("a_text", "text"),
            field("a_boolean", "boolean", special=["cast-boolean"]),
            field("an_integer", "integer"),
            field("a_big_integer", "bigInteger"),
            field("a_float", "float"),
            field("a_decimal", "decimal", schema=DECIMAL),
            field("a_date", "date"),
            field("a_time", "time"),
            field("a_date_time", "dateTime"),
            field("a_timestamp", "timestamp"),
            document("a_json"),
            listing("a_csv"),
            field("a_uuid", "uuid"),
        ],
    ),
    table("named", [text_key("name"), field("number", "integer")]),
]

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(characters, max_size=30) | st.sampled_from(TEXTS)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0,"), max_size=8)
numbers = st.integers(-EXACT_IN_JAVASCRIPT, EXACT_IN_JAVASCRIPT)
floats = st.floats(-(2.0**100), 2.0**100, width=32, allow_subnormal=False)
leaves = st.none() | st.booleans() | numbers | floats | texts
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Directus reads years before 1000 wrongly, and in a zone the first and last days would leave the
# calendar.
moments = st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=zones)
wall_clocks = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31))


def branches(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    # A member of that name Directus stores and shows to nobody.
    names = texts.filter(lambda name: name != "__proto__")
    return st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)


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


# What MySQL keeps apart, and what its timestamps and Directus' floats there take.
PLAIN = string.ascii_lowercase + string.digits + "-_.!$"
YOUNG = st.datetimes(datetime(1970, 1, 2), datetime(2038, 1, 18), timezones=st.just(UTC))
SMALLEST, LARGEST_SINGLE, LARGEST_FLOAT = 1e-25, 2.0**100, 99_999.0


def held_by_both(source: str, destination: str) -> dict[str, st.SearchStrategy[Any]]:
    """A strategy for each column of values that two databases can both hold, if only to the
    destination's precision."""
    on_mysql = "mariadb" in (source, destination)
    values = strategies(source) | {
        "a_time": st.times().map(lambda one: one.isoformat("milliseconds"))
    }
    if destination == "mariadb":
        # Of negative numbers near nothing MySQL keeps fewer digits than of others.
        values["a_float"] = st.floats(-LARGEST_SINGLE, LARGEST_SINGLE, width=32).filter(
            lambda one: one == 0 or one > SMALLEST or one < -1e-6
        )
    if on_mysql:
        values["a_timestamp"] = YOUNG.map(lambda one: one.isoformat(timespec="milliseconds"))
    if source == "mariadb":
        values["a_float"] = st.floats(-LARGEST_FLOAT, LARGEST_FLOAT, width=32)
    if source == "sqlite" and destination != "mariadb":
        values["a_float"] = st.floats(-LARGEST_SINGLE, LARGEST_SINGLE).filter(
            lambda one: one == 0 or abs(one) > SMALLEST
        )
    if source != "postgres":
        values["a_uuid"] = st.uuids().map(str) | st.uuids().map(lambda one: str(one).upper())
    return {name: st.none() | strategy for name, strategy in values.items()}


def keys_of_both(source: str, destination: str) -> st.SearchStrategy[str]:
    """Texts for keys, told apart by both databases."""
    return st.text(
        PLAIN if "mariadb" in (source, destination) else characters, min_size=1, max_size=20
    )
