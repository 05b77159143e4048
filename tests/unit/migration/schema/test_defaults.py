"""A default is translated only where the other database has one that means the same."""

from typing import Any

import pytest

from sidecar.migration.schema.defaults import is_same_default, translate_default

UNTRANSLATABLE = "nextval('posts_id_seq'::regclass)"


@pytest.mark.parametrize(
    ("field_type", "default", "vendor", "translated"),
    [
        ("integer", 5, "mysql", 5),
        ("integer", UNTRANSLATABLE, "mysql", None),
        ("boolean", True, "mysql", True),
        ("string", "it''s", "postgres", "it's"),
        ("string", UNTRANSLATABLE, "sqlite", UNTRANSLATABLE),
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
        ("json", {"a": 1}, "mysql", {"a": 1}),
        ("string", None, "mysql", None),
    ],
)
def test_a_default_is_translated_or_left_out(
    field_type: str, default: Any, vendor: str, translated: Any
) -> None:
    assert translate_default(field_type, {"default_value": default}, vendor) == translated


def test_a_counted_key_has_no_default() -> None:
    schema = {"default_value": 5, "has_auto_increment": True}
    assert translate_default("integer", schema, "mysql") is None


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
    ],
)
def test_defaults_are_the_same_in_another_notation(
    field_type: str, translated: Any, existing: Any, is_same: bool
) -> None:
    assert is_same_default(field_type, translated, existing) is is_same
