"""A default is translated only where the other database has one that means the same."""

from typing import Any

import pytest

from sidecar.migration.schema.defaults import (
    can_create_default,
    is_same_default,
    request_default,
    translate_default,
)

UNTRANSLATABLE = "nextval('posts_id_seq'::regclass)"


@pytest.mark.parametrize(
    ("field_type", "default", "vendor", "translated"),
    [
        ("integer", 5, "mysql", 5),
        ("integer", UNTRANSLATABLE, "mysql", None),
        ("boolean", True, "mysql", True),
        ("string", "it''s", "postgres", "it''s"),
        ("string", UNTRANSLATABLE, "sqlite", None),
        ("csv", "a,b", "mysql", None),
        ("csv", "a,b", "postgres", "a,b"),
        ("uuid", "uuid()", "postgres", "gen_random_uuid()"),
        ("uuid", "gen_random_uuid()", "sqlite", None),
        ("timestamp", "current_timestamp(6)", "postgres", "CURRENT_TIMESTAMP"),
        ("timestamp", "now()", "mysql", "CURRENT_TIMESTAMP"),
        ("time", "now()", "mysql", None),
        ("time", "now()", "sqlite", "CURRENT_TIMESTAMP"),
        ("dateTime", "2020-01-01 00:00:00", "mysql", "2020-01-01 00:00:00"),
        ("dateTime", "date('now')", "mysql", None),
        ("date", "CURRENT_DATE", "postgres", "CURRENT_TIMESTAMP"),
        ("date", "curdate()", "postgres", None),
        ("uuid", "no uuid", "postgres", None),
        ("integer", 2**53 + 2, "postgres", None),
        ("decimal", 0.1234567890123456, "postgres", None),
        ("decimal", 0.1, "postgres", 0.1),
        ("json", {"a": 1}, "mysql", {"a": 1}),
        ("json", "it''s", "postgres", "it''s"),
        ("text", "what?", "postgres", None),
        ("text", "what?", "sqlite", "what?"),
        ("json", {"a": "b?"}, "postgres", None),
        ("text", 12.5, "postgres", None),
        ("json", "json_build_object('a'", "postgres", None),
        ("string", None, "mysql", None),
    ],
)
def test_a_default_is_translated_or_left_out(
    field_type: str, default: Any, vendor: str, translated: Any
) -> None:
    schema = {"default_value": default}
    assert translate_default(field_type, schema, "mysql", vendor) == translated


def test_a_counted_key_has_no_default() -> None:
    schema = {"default_value": 5, "has_auto_increment": True}
    assert translate_default("integer", schema, "mysql", "mysql") is None


@pytest.mark.parametrize(
    ("field_type", "translated", "existing", "is_same"),
    [
        ("timestamp", "CURRENT_TIMESTAMP", "current_timestamp()", True),
        ("timestamp", "2020-01-01T00:00:00", "2020-01-01 00:00:00.000+00", True),
        ("timestamp", "2020-01-01T00:00:00", "2020-01-01 00:00:01", False),
        ("string", "it's", "it''s", True),
        ("string", "2020-01-01T00:00:00", "2020-01-01 00:00:00", False),
        ("integer", 5, 5.0, True),
        ("integer", 5, "5", False),
        ("string", None, None, True),
        ("string", None, "", False),
        ("boolean", True, True, True),
        ("json", "a", "a", True),
        ("json", {"a": 1}, {"a": 2}, False),
    ],
)
def test_defaults_are_the_same_in_another_notation(
    field_type: str, translated: Any, existing: Any, is_same: bool
) -> None:
    assert is_same_default(field_type, translated, existing) is is_same


@pytest.mark.parametrize(
    ("field_type", "shown", "vendor", "requested"),
    [
        ("string", "it''s", "postgres", "it's"),
        ("json", "it''s", "postgres", '"it\'s"'),
        ("json", {"a": "it''s"}, "postgres", {"a": "it''s"}),
        ("timestamp", "current_timestamp()", "mysql", "CURRENT_TIMESTAMP"),
        ("timestamp", "current_timestamp(6)", "mysql", "CURRENT_TIMESTAMP(6)"),
        ("integer", 5, "mysql", 5),
    ],
)
def test_a_default_is_requested_so_that_directus_shows_it(
    field_type: str, shown: Any, vendor: str, requested: Any
) -> None:
    assert request_default(field_type, shown, vendor) == requested


@pytest.mark.parametrize(
    ("default", "can_create"),
    [("new", True), (None, True), ("lower('A'", False), ("what?", False)],
)
def test_an_expression_cannot_be_created_again(default: str | None, can_create: bool) -> None:
    assert can_create_default("string", {"default_value": default}, "postgres") is can_create


def test_now_keeps_its_precision_on_the_same_database() -> None:
    schema = {"default_value": "CURRENT_TIMESTAMP(3)"}
    assert translate_default("timestamp", schema, "postgres", "postgres") == "CURRENT_TIMESTAMP(3)"
    assert translate_default("timestamp", schema, "postgres", "sqlite") == "CURRENT_TIMESTAMP"
