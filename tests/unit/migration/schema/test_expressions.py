"""An expression is told from a text, where Directus shows a default without a mark."""

import pytest

from sidecar.migration.schema.expressions import is_counter, is_expression


@pytest.mark.parametrize(
    "shown",
    [
        "now()",
        "timezone('utc'",
        "lower('ABC'",
        "md5((random())",
        "public.next_code()",
        '"My Schema".code()',
        "(now() + '30 days'",
        "('a'",
        "(CURRENT_USER)",
        "CURRENT_USER",
        "COALESCE(NULL",
        "CASE WHEN true THEN 'a'",
        "ARRAY['a'",
    ],
)
def test_what_postgres_writes_as_an_expression_is_one(shown: str) -> None:
    assert is_expression(shown, "postgres")


@pytest.mark.parametrize("shown", ["'a", "'it''s a", '\'{"pseudo": "p'])
def test_a_text_that_is_cut_off_counts_as_an_expression(shown: str) -> None:
    assert is_expression(shown, "postgres")
    assert not is_expression(shown, "sqlite")


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "new",
        "it''s",
        "a\\b",
        "what?",
        "Size(cm)",
        "Label (short)",
        "(none)",
        "{{name}}",
        "user",
    ],
)
def test_a_text_is_no_expression(shown: str) -> None:
    assert not is_expression(shown, "postgres")


@pytest.mark.parametrize("shown", ["uuid()", "lower('a')", "CURRENT_TIMESTAMP"])
def test_calls_are_expressions_on_every_database(shown: str) -> None:
    assert is_expression(shown, "mysql")


def test_a_sequence_is_a_counter() -> None:
    assert is_counter("nextval('posts_id_seq'::regclass)")
    assert not is_counter("new")
    assert not is_counter(None)
