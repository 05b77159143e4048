"""Defaults are compared by what they mean."""

import pytest

from tests.databases.comparison.postgres import meant


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("'1'::numeric", "1"),
        ("1.50", "1.5"),
        ("'-1'::integer", "(-1)"),
        ("now()", "CURRENT_TIMESTAMP"),
        ("'x'::text", "'x'::character varying"),
        ("NULL::character varying", None),
        ("""'{"a": [1, 2]}'::jsonb""", """'{"a":[1,2]}'::json"""),
    ],
)
def test_the_same(one: str, other: str | None) -> None:
    assert meant(one) == meant(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("'it''s'::text", "'it''''s'::text"),
        ("'x''::text'::text", "'x'''::text"),
        ("'now()'::text", "now()"),
        ("lower('ABC'::text)", "'abc'::text"),
        ("'1'::text || 'a'::text", "'1'::text"),
    ],
)
def test_not_the_same(one: str, other: str) -> None:
    assert meant(one) != meant(other)
