"""Only type changes that somebody can notice are reported, and defaults that get lost."""

import pytest

from sidecar.migration.schema.type_changes import changed_types, lost_defaults
from tests.unit.migration.schema.snapshots import (
    SHOWN,
    VENDORS,
    Row,
    Shown,
    field,
    fields_of_every_type,
    instance_of,
    number,
    snapshot,
)


def changes(source: Row, vendor: str, existing: list[Row] | None = None) -> list[tuple[str, ...]]:
    destination = instance_of(snapshot(vendor, existing or []))
    found = changed_types(instance_of(source), destination)
    return [(change.field, change.before, change.after) for change in found]


def test_a_changed_name_of_the_same_type_is_no_change() -> None:
    source = snapshot("sqlite", [*fields_of_every_type("sqlite"), number("price", "float")])
    assert [(name, after) for name, _, after in changes(source, "postgres")] == [
        ("price", "floating-point numbers of 7 digits"),
        ("uuid", "uuids and nothing else"),
    ]


@pytest.mark.parametrize("vendor", VENDORS)
def test_equal_databases_change_nothing(vendor: str) -> None:
    source = snapshot(vendor, fields_of_every_type(vendor))
    assert changes(source, vendor) == []
    assert lost_defaults(instance_of(source), instance_of(snapshot(vendor, []))) == []


@pytest.mark.parametrize(
    ("shown", "source", "destination", "before", "after"),
    [
        (
            ("float", "double precision", None, 53, None, None),
            "postgres",
            "mysql",
            "floating-point numbers of 15 digits",
            "floating-point numbers of 7 digits",
        ),
        (
            ("decimal", "numeric", None, 10, 2, None),
            "postgres",
            "sqlite",
            "decimals",
            "floating-point numbers of 15 digits",
        ),
        (
            SHOWN["csv"]["postgres"],
            "postgres",
            "mysql",
            "lists",
            "lists of up to 64 kB",
        ),
    ],
)
def test_a_narrower_type_is_described_on_both_sides(
    shown: Shown, source: str, destination: str, before: str, after: str
) -> None:
    assert changes(snapshot(source, [field("a", shown)]), destination) == [("a", before, after)]


def test_a_counted_big_key_on_sqlite_keeps_64_bits() -> None:
    shown = SHOWN["bigInteger"]["postgres"]
    key = field("id", shown, is_primary_key=True, has_auto_increment=True)
    assert changes(snapshot("postgres", [key]), "sqlite") == [
        ("id", "integers of 64 bits", "integers of up to 64 bits")
    ]


def test_equal_changes_follow_each_other() -> None:
    fields = [
        field(name, SHOWN[field_type]["postgres"])
        for name, field_type in (("a", "time"), ("b", "csv"), ("c", "time"))
    ]
    found = changes(snapshot("postgres", fields), "mysql")
    assert [name for name, *_ in found] == ["b", "a", "c"]


def test_lost_defaults_are_named() -> None:
    source = snapshot(
        "postgres",
        [
            field("a", (*SHOWN["uuid"]["postgres"][:5], "gen_random_uuid()")),
            field("b", SHOWN["string"]["postgres"]),
            field("id", (*SHOWN["integer"]["postgres"][:5], "nextval()"), has_auto_increment=True),
        ],
    )
    assert lost_defaults(instance_of(source), instance_of(snapshot("mysql", []))) == [
        ("posts", "a", "gen_random_uuid()")
    ]
