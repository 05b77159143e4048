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


def test_rows_follow_however_far_and_in_circles(refused: RefusedRows) -> None:
    refused.follow("posts", "posts", [(key, key - 1) for key in range(2, 2001)])
    refused.follow("notes", "posts", [("a", 2000), ("b", 2001)])
    refused.follow("posts", "notes", [(3000, "a"), (1, "a"), (3001, "b")])
    refused.add("posts", [1])
    refused.add_followers(["posts", "notes"])
    keys = {*range(2003), 3000, 3001}
    assert refused.among("posts", keys) == {*range(1, 2001), 3000}
    assert refused.among("notes", {"a", "b"}) == {"a"}


def test_whom_they_follow_is_forgotten_afterwards(refused: RefusedRows) -> None:
    refused.follow("posts", "posts", [(2, 1)])
    refused.add_followers(["posts"])
    refused.add("posts", [1])
    refused.add_followers(["posts"])
    assert refused.among("posts", {1, 2}) == {1}


def test_rows_without_a_key_are_not_remembered(refused: RefusedRows) -> None:
    refused.add("posts", [None])
    assert not refused.has_any("posts")
