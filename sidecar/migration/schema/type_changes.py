"""Columns whose type becomes another one in the destination's database in a way that somebody may
care for.

That a text is called ``varchar`` here and ``character varying`` there is no such change.
"""

from typing import NamedTuple

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.dialects import meaning_of
from sidecar.migration.schema.snapshot import wanted_snapshot
from sidecar.resources.vendors import MYSQL, POSTGRES, SQLITE

DOUBLE, SINGLE = "floating-point numbers of 15 digits", "floating-point numbers of 7 digits"
DOUBLES = frozenset({"double", "double precision"})
# By type, source and destination: what a column holds there, and what it can hold here.
NARROWER = {
    ("float", SQLITE, POSTGRES): (DOUBLE, SINGLE),
    ("float", SQLITE, MYSQL): (DOUBLE, SINGLE),
    ("decimal", POSTGRES, SQLITE): ("decimals", DOUBLE),
    ("decimal", MYSQL, SQLITE): ("decimals", DOUBLE),
    ("uuid", SQLITE, POSTGRES): ("uuids kept as text", "uuids and nothing else"),
    ("uuid", MYSQL, POSTGRES): ("uuids kept as text", "uuids and nothing else"),
    **{
        (kind, vendor, MYSQL): words
        for vendor in (SQLITE, POSTGRES)
        for kind, words in {
            "timestamp": ("timestamps", "timestamps to the second, of 1970 to 2038"),
            "dateTime": ("dates with a time", "dates with a time to the second"),
            "time": ("times", "times to the second"),
            "text": ("texts", "texts of up to 64 kB"),
            "csv": ("lists", "lists of up to 64 kB"),
        }.items()
    },
}
# What the types are called where one becomes another.
WORDS = {
    "integer": "integers of 32 bits",
    "bigInteger": "integers of 64 bits",
    "string": "texts of a limited length",
    "text": "texts",
    "uuid": "uuids",
    "float": "floating-point numbers",
    "decimal": "decimals",
}
# Directus counts upward without a sign in MySQL, and SQLite has integers of one size.
COUNTED = {MYSQL: "integers of up to 4,294,967,295", SQLITE: "integers, also of 64 bits"}


class TypeChange(NamedTuple):
    """``before`` and ``after`` say what the column holds at the source and at the destination, as
    "texts" and "texts of up to 64 kB"."""

    collection: str
    field: str
    before: str
    after: str


def changed_types(source: Instance, destination: Instance) -> list[TypeChange]:
    """Such columns of what is migrated, those with the same change after each other; none between
    equal databases."""
    if source.vendor == destination.vendor:
        return []
    found = [
        TypeChange(after["collection"], after["field"], *words)
        for before, after in _columns(source, destination)
        if (words := _change(before, after, source, destination))
    ]
    return sorted(found, key=lambda change: (change.before, change.after, *change))


def lost_defaults(source: Instance, destination: Instance) -> list[tuple[str, str, object]]:
    """(collection, field, default) of columns whose default the destination's database does not
    have, or Directus does not know how to ask for."""
    if source.vendor == destination.vendor:
        return []
    return [
        (before["collection"], before["field"], before["schema"]["default_value"])
        for before, after in _columns(source, destination)
        if before["schema"].get("default_value") is not None
        and after["schema"].get("default_value") is None
        and not before["schema"].get("has_auto_increment")
    ]


def _columns(source: Instance, destination: Instance) -> list[tuple[Row, Row]]:
    """Fields with a column, as they are at the source and as they are wanted at the destination."""
    here = {(row["collection"], row["field"]): row for row in source.fields if row.get("schema")}
    return [
        (here[name], row)
        for row in wanted_snapshot(source, destination)["fields"]
        if row.get("schema") and (name := (row["collection"], row["field"])) in here
    ]


def _change(
    before: Row, after: Row, source: Instance, destination: Instance
) -> tuple[str, str] | None:
    kind, there = meaning_of(before), meaning_of(after)
    words = NARROWER.get((kind, source.vendor, destination.vendor))
    if words and (kind == there or words[1] == DOUBLE):
        return words
    if kind == there:
        single = (
            kind == "float"
            and before["schema"]["data_type"] in DOUBLES
            and destination.vendor != SQLITE
        )
        return (DOUBLE, SINGLE) if single else None
    if (kind, there) == ("bigInteger", "integer"):
        return WORDS[kind], COUNTED.get(destination.vendor, WORDS[there])
    return WORDS.get(kind, kind), WORDS.get(there, there)
