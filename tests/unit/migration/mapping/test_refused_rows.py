"""The keys of rows that do not arrive."""

from collections.abc import Iterator

import pytest

from sidecar.migration.mapping.refused_rows import MAX_KEYS, RefusedRows


@pytest.fixture
def refused() -> Iterator[RefusedRows]:
    with RefusedRows() as opened:
        yield opened


def test_keys_are_found_whether_they_are_numbers_or_texts(refused: RefusedRows) -> None:
    refused.add("posts", [1, "2", None])
    refused.add("posts", [1])
    assert refused.among("posts", {1, 2, 3, "1"}) == {1, 2, "1"}
    assert refused.among("pages", {1}) == set()
    assert [refused.has_any(name) for name in ("posts", "pages")] == [True, False]


def test_many_keys_are_found(refused: RefusedRows) -> None:
    keys = range(3 * MAX_KEYS)
    refused.add("posts", keys)
    assert refused.among("posts", set(keys)) == set(keys)


def test_of_a_whole_collection_no_row_arrives(refused: RefusedRows) -> None:
    refused.add_all("posts")
    assert refused.among("posts", {1, "a"}) == {1, "a"}
    assert refused.has_any("posts")


def test_rows_without_a_key_are_not_remembered(refused: RefusedRows) -> None:
    refused.add("posts", [None])
    assert not refused.has_any("posts")
