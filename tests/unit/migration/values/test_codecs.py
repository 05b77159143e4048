"""Codecs choose rules by the columns that the destination has after the schema was migrated."""

from typing import Any

from sidecar.migration.values.conversion import ValueCodec, ValueCodecs
from sidecar.migration.values.rule import Rule
from tests.unit.instances import Row, instance

POSTS = {"collection": "posts", "meta": {}, "schema": {"name": "posts"}}


def field(name: str, kind: str, data_type: str, **schema: Any) -> Row:
    defaults = {"default_value": None, "is_nullable": True, "is_primary_key": False}
    return {
        "collection": "posts",
        "field": name,
        "type": kind,
        "meta": {"special": None},
        "schema": {**defaults, "data_type": data_type, **schema},
    }


def codecs(
    source_fields: list[Row], destination_fields: list[Row], vendors: tuple[str, str]
) -> tuple[ValueCodecs, ValueCodec]:
    """The codecs between two sides, and the one of the collection ``posts``."""
    source, destination = (
        instance(
            "12.4.0",
            *fields,
            vendor=vendor,
            tables=[POSTS],
            collections=[POSTS],
            fields=fields,
        )
        for fields, vendor in zip((source_fields, destination_fields), vendors, strict=True)
    )
    found = ValueCodecs(source, destination)
    return found, found.of(source.model.resources["posts"])


KEY = field("id", "integer", "integer", is_primary_key=True)
BIG_KEY = field("id", "bigInteger", "bigint", is_primary_key=True)
PRICE = field("price", "float", "float")


def test_equal_databases_need_no_rules() -> None:
    found, codec = codecs([KEY, PRICE], [KEY, PRICE], ("sqlite", "sqlite"))
    assert not found.vendors_differ
    assert codec.rules == {}


def test_a_new_column_gets_the_rule_of_the_column_that_the_migration_creates() -> None:
    _, codec = codecs([KEY, PRICE], [], ("sqlite", "postgres"))
    encoded = codec.encode({"id": 1, "price": 1 / 3})
    assert encoded.values == {"id": 1, "price": 0.33333334}
    assert encoded.lossy_columns["price"].code == "ROUNDED"


def test_a_column_that_cannot_be_changed_keeps_its_rule() -> None:
    existing = field("price", "decimal", "numeric", numeric_precision=10, numeric_scale=2)
    _, codec = codecs([KEY, PRICE], [KEY, existing], ("sqlite", "postgres"))
    assert codec.encode_value("price", 1 / 3) == "0.33"


def test_a_text_that_refers_to_a_key_stays_a_text() -> None:
    found, _ = codecs([BIG_KEY], [BIG_KEY], ("postgres", "sqlite"))
    assert found.key_in_text("posts", "7") == "7"
    assert found.key_in_text("posts", 7) == 7
    assert found.key_in_text("unknown", "7") == "7"


def test_a_big_key_is_unsupported_where_directus_reads_it_inexactly() -> None:
    _, codec = codecs([BIG_KEY], [BIG_KEY], ("postgres", "sqlite"))
    assert "beyond 2^53" in codec.encode({"id": str(2**53)}).unsupported_values["id"]
    _, codec = codecs([BIG_KEY], [BIG_KEY], ("sqlite", "postgres"))
    assert codec.encode({"id": str(2**53)}).unsupported_values == {}


def test_comparison_notes_are_sorted_and_named_once() -> None:
    rules = {"a": Rule("numbers"), "b": Rule("booleans"), "c": Rule("numbers"), "d": Rule()}
    assert ValueCodec(rules).comparison_notes == ("booleans", "numbers")


def test_a_destination_that_stores_everything_gets_an_invalid_value_as_it_is() -> None:
    def reject(_value: Any) -> None:
        raise ValueError("is wrong")

    row = {"a": "x"}
    assert ValueCodec({"a": Rule(check=reject, strict=False)}).encode(row).values == row
    strict = ValueCodec({"a": Rule(check=reject)}).encode(row)
    assert (strict.values, strict.unsupported_values) == (row, {"a": "is wrong"})


def test_between_databases_of_mysql_the_destination_may_store_whole_seconds() -> None:
    fields = [KEY, field("clock", "time", "time"), field("at", "timestamp", "timestamp")]
    _, codec = codecs(fields, [], ("mysql", "mysql"))
    row = {"id": 1, "clock": "07:08:09.5", "at": "2024-05-06T07:08:09.123Z"}
    encoded = codec.encode(row)
    # The destination's column may have been made with fractions, by hand.
    assert encoded.values == row
    assert {name: loss.code for name, loss in encoded.lossy_columns.items()} == {
        "clock": "ROUNDED",
        "at": "ROUNDED",
    }
    expected = codec.normalize(row)
    cut = codec.normalize({"id": 1, "clock": "07:08:09", "at": "2024-05-06T07:08:09.000Z"})
    other = codec.normalize({"id": 1, "clock": "07:08:08", "at": None})
    assert codec.as_stored(expected, cut) == cut
    assert codec.as_stored(expected, other) == expected
    assert codec.as_stored(expected, expected) == expected


def test_a_time_that_is_no_time_of_day_is_cut_towards_zero() -> None:
    _, codec = codecs([KEY, field("clock", "time", "time")], [], ("mysql", "mysql"))
    row = {"id": 1, "clock": "-100:00:00.500"}
    assert codec.encode(row).unsupported_values == {}
    expected, cut, other = (
        codec.normalize({**row, "clock": clock})
        for clock in ("-100:00:00.500", "-100:00:00", "-100:00:01")
    )
    assert codec.as_stored(expected, cut) == cut
    assert codec.as_stored(expected, other) == expected


def test_a_number_that_a_special_shows_as_another_type_is_no_number_of_the_source() -> None:
    number = field("code", "integer", "smallint")
    as_uuid = {**number, "type": "uuid", "meta": {"special": ["uuid"]}}
    _, codec = codecs([KEY, as_uuid], [KEY, number], ("postgres", "postgres"))
    assert codec.rules == {}
    price = field("price", "float", "float", numeric_precision=12)
    as_boolean = {**price, "meta": {"special": ["cast-boolean"]}}
    _, codec = codecs(
        [KEY, as_boolean], [KEY, field("price", "decimal", "decimal")], ("mysql",) * 2
    )
    assert codec.encode({"price": True}).values == {"price": 1}
    assert codec.encode({"price": 1.5}).values == {"price": 1.5}
