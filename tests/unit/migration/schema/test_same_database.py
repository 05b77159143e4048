"""Between equal databases, each column is made as it is, as the nearest one, or not at all."""

from typing import Any

import pytest

from sidecar.migration.schema.column_decision import ColumnDecision
from sidecar.migration.schema.same_database import SameDatabase
from tests.unit.migration.schema.snapshots import (
    Row,
    Shown,
    field,
    fields_of_every_type,
    instance_of,
    snapshot,
)

NO_SIZE = (None, None, None)
DOUBLE = ("float", "double precision", None, 53, None, None)
UNSIZED = ("integer", "numeric", None, None, None, None)


def decide(
    row: Row, existing: Row | None = None, vendor: str = "postgres", **source: Any
) -> ColumnDecision:
    rows = [existing] if existing else []
    described = instance_of(snapshot(vendor, [row]), **source)
    return SameDatabase(described, snapshot(vendor, rows), rows).decide(row)


def shown(row: Row | None) -> tuple[Any, ...]:
    assert row is not None
    schema = row["schema"]
    return row["type"], schema["data_type"], schema["max_length"], *sizes(row)


def sizes(row: Row) -> tuple[Any, Any]:
    return row["schema"]["numeric_precision"], row["schema"]["numeric_scale"]


def codes(decision: ColumnDecision) -> list[str]:
    return [finding.code for finding in decision.findings]


@pytest.mark.parametrize("vendor", ["sqlite", "postgres", "mysql"])
def test_what_directus_creates_is_made_as_it_is(vendor: str) -> None:
    for row in fields_of_every_type(vendor):
        made = decide(row, row, vendor)
        assert made == ColumnDecision(row)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("string", "character varying", -5, None, None), ("text", "text", *NO_SIZE)),
        (("string", "character", 8, None, None), ("string", "character varying", 8, None, None)),
        (("integer", "smallint", None, 16, 0), ("integer", "integer", None, 32, 0)),
        (("text", "citext", *NO_SIZE), ("text", "text", *NO_SIZE)),
        (("float", "money", *NO_SIZE), ("text", "text", *NO_SIZE)),
        (("boolean", "bit", 8, None, None), ("text", "text", *NO_SIZE)),
        (("time", "time with time zone", *NO_SIZE), ("text", "text", *NO_SIZE)),
        (("json", "jsonb", *NO_SIZE), ("json", "json", *NO_SIZE)),
        (("integer", "numeric", *NO_SIZE), ("decimal", "numeric", None, 38, 10)),
        (("decimal", "numeric", None, 5, 2046), ("decimal", "numeric", None, 7, 0)),
        (("float", "double precision", None, 53, None), ("float", "real", None, 24, None)),
    ],
)
def test_another_data_type_becomes_the_nearest_one(before: Shown, after: Shown) -> None:
    row = field("a", (*before, None), ["cast-json"] if before[0] == "json" else None)
    made = decide(row)
    assert shown(made.field) == after
    assert codes(made) == ["MADE_AS"]
    again = decide(row, made.field)
    assert again == made


def test_a_data_type_that_the_destination_has_already_stays() -> None:
    row = field("a", ("json", "jsonb", *NO_SIZE, None))
    assert decide(row, row) == ColumnDecision(row)


@pytest.mark.parametrize(
    ("data_type", "special", "type_"),
    [("character varying", "cast-json", "json"), ("character varying", "uuid", "uuid")],
)
def test_a_special_that_contradicts_the_column_changes_neither(
    data_type: str, special: str, type_: str
) -> None:
    row = field("a", (type_, data_type, 255, None, None, None), [special])
    assert decide(row) == ColumnDecision(row)


def test_the_type_of_a_special_stays_where_the_column_changes() -> None:
    row = field("a", ("json", "citext", *NO_SIZE, None), ["cast-json"])
    assert shown(decide(row).field) == ("json", "text", *NO_SIZE)


@pytest.mark.parametrize(
    "data_type", ["mood", "interval", "point", "text[]"], ids=["enum", "interval", "point", "array"]
)
def test_a_type_that_directus_does_not_know_is_not_made(data_type: str) -> None:
    kind = {"interval": "string", "point": "geometry.Point"}.get(data_type, "unknown")
    row = field("a", (kind, data_type, *NO_SIZE, None))
    made = decide(row)
    assert (made.field, codes(made)) == (None, ["UNKNOWN_TYPE"])


def test_metadata_follows_where_the_destination_has_such_a_column() -> None:
    row = field("a", ("unknown", "mood", *NO_SIZE, None), special=["x"])
    existing = field("a", ("unknown", "mood", *NO_SIZE, "ok"))
    assert decide(row, existing).field == {**existing, "meta": row["meta"]}


def test_a_generated_column_is_not_made_and_its_expression_is_named() -> None:
    row = field(
        "a",
        ("integer", "integer", None, 32, 0, None),
        is_generated=True,
        generation_expression="(price * qty)",
    )
    made = decide(row)
    assert (made.field, codes(made)) == (None, ["GENERATED"])
    assert "(price * qty)" in made.findings[0].message
    assert decide(row, row) == ColumnDecision(row)


def test_a_generated_key_becomes_an_ordinary_one() -> None:
    row = field(
        "id",
        ("string", "character varying", 9, None, None, None),
        is_generated=True,
        generation_expression="(a)",
        is_primary_key=True,
    )
    made = decide(row)
    assert made.field is not None
    assert not made.field["schema"]["is_generated"]
    assert codes(made) == ["MADE_AS"]


def test_json_has_no_index() -> None:
    row = field("a", ("json", "json", *NO_SIZE, None), ["cast-json"], is_indexed=True)
    made = decide(row)
    assert made.field is not None
    assert not made.field["schema"]["is_indexed"]
    assert codes(made) == ["MADE_AS"]
    assert decide(row, row) == ColumnDecision(row)


class TestNumbers:
    """Numbers become decimals where their values need it."""

    def test_a_double_whose_values_need_it_becomes_a_decimal(self) -> None:
        made = decide(field("a", DOUBLE), decimals={("posts", "a"): (15, 12)})
        assert shown(made.field) == ("decimal", "numeric", None, 15, 12)
        assert codes(made) == ["MADE_AS"]

    def test_an_existing_decimal_is_widened_and_never_narrowed(self) -> None:
        existing = field("a", ("decimal", "numeric", None, 15, 12, None))
        row = field("a", DOUBLE)
        made = decide(row, existing, decimals={("posts", "a"): (12, 5)})
        assert shown(made.field) == ("decimal", "numeric", None, 19, 12)
        assert shown(decide(row, existing).field) == shown(existing)

    def test_an_existing_floating_point_number_stays_one(self) -> None:
        existing = field("a", ("float", "real", None, 24, None, None))
        made = decide(field("a", DOUBLE), existing, decimals={("posts", "a"): (15, 12)})
        assert shown(made.field) == shown(existing)

    def test_a_decimal_without_a_size_gets_the_digits_of_its_values(self) -> None:
        made = decide(field("a", UNSIZED), decimals={("posts", "a"): (60, 30)})
        assert shown(made.field) == ("decimal", "numeric", None, 60, 30)

    def test_a_decimal_holds_the_numbers_of_both_sides(self) -> None:
        row, existing = (
            field("a", ("decimal", "numeric", None, *size, None)) for size in ((6, 4), (8, 2))
        )
        assert shown(decide(row, existing).field) == ("decimal", "numeric", None, 10, 4)


class TestDefaults:
    """Defaults that Directus can create follow, others are named."""

    TEXT = ("string", "character varying", 255, None, None)

    def default(self, row: Row, existing: Row | None = None) -> tuple[Any, list[str]]:
        made = decide(row, existing)
        assert made.field is not None
        return made.field["schema"]["default_value"], codes(made)

    @pytest.mark.parametrize(
        ("shown_default", "default", "code"),
        [
            ("it''s", "it''s", None),
            ("a\\b", "a\\b", None),
            ("lower('ABC'", None, "DEFAULT_LOST"),
            ("'a", None, "DEFAULT_LOST"),
            ("CURRENT_USER", None, "DEFAULT_LOST"),
        ],
    )
    def test_texts_follow_and_expressions_do_not(
        self, shown_default: str, default: str | None, code: str | None
    ) -> None:
        row = field("a", (*self.TEXT, shown_default))
        assert self.default(row) == (default, [code] if code else [])

    def test_a_function_that_means_the_same_is_named(self) -> None:
        row = field("a", ("uuid", "uuid", *NO_SIZE, "uuid_generate_v4()"))
        assert self.default(row) == ("gen_random_uuid()", ["MADE_AS"])
        existing = field("a", ("uuid", "uuid", *NO_SIZE, "gen_random_uuid()"))
        assert self.default(row, existing) == ("gen_random_uuid()", ["MADE_AS"])

    def test_now_is_the_same_in_both_notations(self) -> None:
        moment = ("timestamp", "timestamp with time zone", *NO_SIZE)
        assert self.default(field("a", (*moment, "now()"))) == ("CURRENT_TIMESTAMP", [])

    def test_an_expression_that_the_destination_has_already_stays(self) -> None:
        row = field("a", (*self.TEXT, "lower('ABC'"))
        assert self.default(row, row) == ("lower('ABC'", [])

    def test_the_destinations_own_default_stays_where_the_sources_cannot_be_made(self) -> None:
        row, existing = (field("a", (*self.TEXT, default)) for default in ("lower('ABC'", "new"))
        assert self.default(row, existing) == ("new", ["DEFAULT_LOST"])

    def test_a_second_sequence_is_lost(self) -> None:
        number = ("integer", "integer", None, 32, 0, "nextval('t_n_seq'::regclass)")
        assert self.default(field("n", number)) == (None, ["COUNTER_LOST"])

    @pytest.mark.parametrize(
        ("default", "found"),
        [
            ("nextval('posts_id_seq'::regclass)", []),
            ("nextval('other_seq'::regclass)", ["MADE_AS"]),
            (None, ["MADE_AS"]),
        ],
    )
    def test_a_counted_key_gets_a_sequence_of_its_own(
        self, default: str | None, found: list[str]
    ) -> None:
        key = field(
            "id",
            ("integer", "integer", None, 32, 0, default),
            is_primary_key=True,
            has_auto_increment=default != "nextval('other_seq'::regclass)",
        )
        made = decide(key)
        assert made.field is not None
        assert made.field["schema"]["has_auto_increment"]
        assert codes(made) == found


@pytest.mark.parametrize(
    ("indexed", "expected", "found"),
    [(None, False, ["MADE_AS"]), (True, True, []), (False, False, ["MADE_AS"])],
)
def test_a_unique_column_of_sqlite_has_no_second_index_unless_it_exists(
    indexed: bool | None, expected: bool, found: list[str]
) -> None:
    column = field("a", ("string", "varchar", 20, None, None, None), is_unique=True)
    both = {**column, "schema": {**column["schema"], "is_indexed": True}}
    existing = {**column, "schema": {**column["schema"], "is_indexed": indexed}}
    made = decide(both, None if indexed is None else existing, "sqlite")
    assert made.field is not None
    assert (made.field["schema"]["is_indexed"], codes(made)) == (expected, found)


def test_a_float_of_mysql_without_digits_keeps_those_that_it_has() -> None:
    made = decide(field("a", ("float", "float", None, 12, None, None)), vendor="mysql")
    assert shown(made.field) == ("float", "float", None, 255, 30)
    assert codes(made) == ["MADE_AS"]
    plain = field("a", ("float", "float", None, 10, 5, None))
    assert decide(plain, vendor="mysql").field == plain


INDEXED = {"is_indexed": True}


@pytest.mark.parametrize(
    ("pointing", "existing", "is_indexed", "named"),
    [
        (True, None, False, ["MADE_AS"]),
        (True, {"foreign_key_table": "posts", **INDEXED}, True, ["MADE_AS"]),
        # A relation without a foreign key at the source, which Directus makes with one.
        (False, {"foreign_key_table": "posts", **INDEXED}, True, []),
        (False, INDEXED, False, []),
        (True, {"foreign_key_table": "posts", "is_indexed": False}, False, []),
    ],
)
def test_an_index_that_mysql_needs_for_a_foreign_key_stays(
    pointing: bool, existing: Row | None, is_indexed: bool, named: list[str]
) -> None:
    row = field("a", ("integer", "int", None, 10, 0, None))
    target = {"foreign_key_table": "posts"} if pointing else {}
    wanted = {**row, "schema": {**row["schema"], "is_indexed": False, **target}}
    there = existing and {**row, "schema": {**row["schema"], **existing}}
    made = decide(wanted, there, "mysql")
    assert made.field is not None
    assert made.field["schema"]["is_indexed"] is is_indexed
    assert codes(made) == named
