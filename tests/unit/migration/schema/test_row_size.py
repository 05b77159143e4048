"""The longest strings become texts until the rest fits into one row of MySQL."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.migration.schema.row_size import MAX_ROW_BYTES, oversized_strings
from tests.unit.migration.schema.snapshots import SHOWN, field, string


def test_strings_that_fit_stay() -> None:
    assert oversized_strings([string("a", 8_000), string("b", 8_000)]) == frozenset()


def test_the_longest_string_becomes_a_text_first() -> None:
    fields = [string("short", 8_000), string("long", 9_000)]
    assert oversized_strings(fields) == {("posts", "long")}


def test_no_more_strings_than_necessary_become_texts() -> None:
    fields = [string(f"s{place}") for place in range(70)]
    oversized = oversized_strings(fields)
    bytes_of_one = 255 * 4 + 2
    assert (70 - len(oversized)) * bytes_of_one + len(oversized) * 16 <= MAX_ROW_BYTES
    assert (71 - len(oversized)) * bytes_of_one + (len(oversized) - 1) * 16 > MAX_ROW_BYTES


def test_a_string_with_an_index_or_a_default_stays() -> None:
    fields = [
        string("key", 9_000, is_primary_key=True),
        string("unique", 9_000, is_unique=True),
        string("reference", 9_000, foreign_key_table="tags"),
        string("status", 9_000, default="draft"),
        string("title", 100),
    ]
    assert oversized_strings(fields) == {("posts", "title")}


def test_each_table_has_its_own_row() -> None:
    fields = [string("a", 9_000), string("a", 9_000, collection="tags")]
    assert oversized_strings(fields) == frozenset()


def test_columns_of_other_types_take_little_room() -> None:
    others = [field(f"f{place}", SHOWN["json"]["mysql"]) for place in range(100)]
    assert oversized_strings([string("a", 15_000), *others]) == frozenset()
    assert oversized_strings([string("a", 16_200), *others]) == {("posts", "a")}


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(1, 16_000), max_size=30))
def test_what_remains_fits_into_a_row(lengths: list[int]) -> None:
    fields = [string(f"s{place}", length) for place, length in enumerate(lengths)]
    oversized = {name for _, name in oversized_strings(fields)}
    remaining = [
        16 if f"s{place}" in oversized else length * 4 + 2 for place, length in enumerate(lengths)
    ]
    assert sum(remaining) <= MAX_ROW_BYTES
