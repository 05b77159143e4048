"""The sequence of a column is called as PostgreSQL calls it."""

import pytest

from sidecar.migration.schema.sequence_name import sequence_name

LONG = "an_extremely_long_collection_name_that_nearly_reaches_63_chars"


@pytest.mark.parametrize(
    ("table", "column", "name"),
    [
        ("posts", "id", "posts_id_seq"),
        (LONG, "id", "an_extremely_long_collection_name_that_nearly_reaches_63_id_seq"),
        ("a" * 40, "b" * 40, f"{'a' * 29}_{'b' * 29}_seq"),
        ("ü" * 40, "id", f"{'ü' * 28}_id_seq"),
    ],
)
def test_long_names_are_cut(table: str, column: str, name: str) -> None:
    assert sequence_name(table, column) == name
    assert len(name.encode()) <= 63
