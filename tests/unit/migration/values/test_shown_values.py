"""What Directus shows and does not take back is found before it is sent."""

from dataclasses import replace

import pytest

from sidecar.migration.values.conversion import ValueCodec, ValueCodecs
from sidecar.migration.values.shown_values import shown_check
from sidecar.resources.base import Column
from tests.unit.instances import column, instance

MOOD, ID = Column("at", "uuid", data_type="mood"), Column("at", "uuid", data_type="uuid")
DATE, MOMENT = Column("at", "date"), Column("at", "dateTime")
TEXT, DOCUMENT = Column("at", "text"), Column("at", "json", nullable=False)


@pytest.mark.parametrize(
    ("vendor", "checked", "value", "accepted"),
    [
        ("postgres", DATE, "2024-05-06", True),
        ("postgres", DATE, None, True),
        ("postgres", DATE, "0NaN-NaN-NaN", False),
        ("postgres", DATE, "12024-01-01", False),
        ("postgres", DATE, "0-43-03-15", False),
        ("postgres", MOMENT, "2024-05-06T07:08:09", True),
        ("mysql", MOMENT, "0NaN-NaN-NaNTNaN:NaN:NaN", False),
        ("sqlite", TEXT, "text", True),
        ("sqlite", TEXT, {"type": "Buffer", "data": [0]}, False),
        ("mysql", Column("at", "boolean", data_type="bit"), {"type": "Buffer"}, False),
        ("mysql", Column("at", "binary"), {"type": "Buffer"}, False),
        ("sqlite", Column("at", "json", data_type="blob"), {"type": "Buffer"}, False),
        ("sqlite", Column("at", "json", data_type="blob"), {"type": "chart"}, True),
        ("mysql", Column("at", "json", False, data_type="longblob"), {"type": "Buffer"}, False),
        ("mysql", Column("at", "json", False, data_type="longblob"), None, False),
        ("postgres", Column("at", "uuid", False, data_type="real"), None, False),
        ("postgres", Column("at", "csv", False, data_type="jsonb"), None, False),
        ("postgres", Column("at", "string", False, frozenset({"cast-boolean"})), None, False),
        ("postgres", Column("at", "string", False, frozenset({"cast-boolean"})), False, True),
        ("postgres", DOCUMENT, {}, True),
        ("postgres", DOCUMENT, None, False),
    ],
)
def test_what_is_not_taken_back_is_rejected(
    vendor: str, checked: Column, value: object, accepted: bool
) -> None:
    check = shown_check(vendor, checked, None)
    assert check is not None
    encoded = ValueCodec(checks={"at": check}).encode({"at": value})
    assert (not encoded.unsupported_values) is accepted
    assert encoded.values == {"at": value}


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ("ok", False),
        (7, False),
        (None, True),
        ("6F2C3A52-90e5-4d1d-8f5b-0a8f6c1c2b3d", True),
    ],
)
def test_only_uuids_fit_a_column_that_a_special_makes_one_for_them(
    value: object, accepted: bool
) -> None:
    check = shown_check("postgres", MOOD, None, ID)
    assert check is not None
    encoded = ValueCodec(checks={"at": check}).encode({"at": value})
    assert (not encoded.unsupported_values) is accepted


@pytest.mark.parametrize(
    ("vendor", "column", "existing", "migrated"),
    [
        ("postgres", MOOD, None, MOOD),
        ("postgres", MOOD, MOOD, None),
        ("postgres", ID, None, ID),
        ("sqlite", MOOD, None, ID),
    ],
)
def test_other_columns_with_the_special_are_not_checked(
    vendor: str, column: Column, existing: Column | None, migrated: Column | None
) -> None:
    assert shown_check(vendor, column, existing, migrated) is None


@pytest.mark.parametrize(
    ("vendor", "checked", "existing"),
    [
        ("postgres", TEXT, None),
        ("postgres", Column("at", "timestamp"), None),
        ("sqlite", Column("at", "json", data_type="json"), None),
        ("postgres", replace(DOCUMENT, nullable=True), None),
        ("postgres", DOCUMENT, replace(DOCUMENT, nullable=True)),
    ],
)
def test_other_columns_are_not_checked(
    vendor: str, checked: Column, existing: Column | None
) -> None:
    assert shown_check(vendor, checked, existing) is None


def test_between_equal_databases_only_columns_of_these_types_are_checked() -> None:
    fields = [
        {**column("things", name, key=name == "id", system=False), "type": kind}
        for name, kind in {"id": "integer", "day": "date", "name": "string"}.items()
    ]
    table = {"collection": "things", "meta": {}, "schema": {"name": "things"}}
    side = instance("11.17.4", *fields, vendor="postgres", tables=[table])
    codec = ValueCodecs(side, side).of(side.model.resources["things"])
    assert (dict(codec.rules), set(codec.checks)) == ({}, {"day"})
