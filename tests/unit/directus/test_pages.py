"""Reading a collection: every row once, whatever its key, in pages of bounded size."""

from itertools import chain
from typing import Any

import pytest

from sidecar.directus.pages import (
    BYTES_PER_PAGE,
    ROWS_OF_FIRST_PAGE,
    PageReader,
    PageSize,
    read_by_offset,
)
from sidecar.directus.rows_by_key import ROWS_PER_PAGE, rows_by_key
from sidecar.errors import NotADirectus
from tests.unit.directus.fake_collection import FakeCollection

TYPES = ["integer", "uuid"]


def collection_of(key_type: str, number: int, **columns: Any) -> FakeCollection:
    return FakeCollection(
        {"id": index if key_type == "integer" else f"{index:06}", "even": index % 2 == 0, **columns}
        for index in range(number)
    )


def read(collection: FakeCollection, key_type: str, **options: Any) -> list[list[Any]]:
    """Return the keys of each page."""
    arguments = {"key": "id", "fields": ["id", "even"], "limit": None, **options}
    pages = PageReader(collection.client(), "/items/a", key_type=key_type, **arguments).pages()
    return [[row["id"] for row in page] for page in pages]


@pytest.mark.parametrize("key_type", TYPES)
@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 1499, 1500, 2600])
def test_every_row_is_read_once_and_in_order(key_type: str, number: int) -> None:
    collection = collection_of(key_type, number)
    pages = read(collection, key_type)
    assert list(chain(*pages)) == sorted(collection.rows)
    assert all(pages)


def test_rows_with_keys_that_are_shown_as_the_same_number_are_read_once() -> None:
    large = 2**60
    collection = collection_of("integer", 100)
    collection.rows |= {large + index: {"id": large + index, "even": True} for index in range(300)}
    collection.shown_key = lambda key: int(float(key))
    pages = read(collection, "bigInteger", limit=50)
    assert len(pages) == 8
    assert list(chain(*pages)) == [int(float(key)) for key in sorted(collection.rows)]


@pytest.mark.parametrize("keys", [[1], ["1"], ["b"], [2, 1]])
@pytest.mark.parametrize("key_type", TYPES)
def test_a_server_that_answers_the_same_rows_for_ever_is_no_directus(
    key_type: str, keys: list[Any]
) -> None:
    collection = collection_of(key_type, 0)
    rows = [{"id": key, "even": True} for key in keys]
    collection.search = lambda *_: rows  # type: ignore[method-assign]
    with pytest.raises(NotADirectus, match="the same rows"):
        read(collection, key_type, limit=len(keys))


def test_comments_that_never_end_are_none_of_directus() -> None:
    collection = collection_of("uuid", 3)
    collection.search = lambda *_: [{"id": "a"}]  # type: ignore[method-assign]
    pages = read_by_offset(collection.client(), "/items/a", key="id", fields=["id"], limit=1)
    with pytest.raises(NotADirectus, match="the same rows"):
        list(pages)


@pytest.mark.parametrize("key_type", TYPES)
def test_a_filter_applies_to_every_page(key_type: str) -> None:
    collection = collection_of(key_type, 1000)
    keys = list(chain(*read(collection, key_type, filter={"even": {"_eq": True}})))
    assert keys == [key for key, row in sorted(collection.rows.items()) if row["even"]]


@pytest.mark.parametrize("key_type", TYPES)
def test_no_request_exceeds_the_limit_of_the_server(key_type: str) -> None:
    collection = collection_of(key_type, 100)
    pages = read(collection, key_type, limit=7)
    assert list(chain(*pages)) == sorted(collection.rows)
    assert max(map(len, pages)) == 7
    assert max(query.get("limit", 0) for query in collection.queries) == 7


def test_pages_grow_as_far_as_their_size_in_bytes_allows() -> None:
    small = collection_of("integer", 3000)
    assert [len(page) for page in read(small, "integer")] == [100, 400, 1000, 1000, 500]
    large = collection_of("integer", 300, text="x" * 20_000)
    pages = read(large, "integer", fields=["id", "text"])
    assert [len(page) for page in pages[:2]] == [100, int(BYTES_PER_PAGE / 20_019)]


def test_permissions_without_a_key_are_left_out() -> None:
    """Directus adds permissions of its own to those that are stored."""

    class Permissions(FakeCollection):
        def search(self, path: str, query: Any) -> list[dict[str, Any]]:
            return [*super().search(path, query), {"id": None}, {}]

    permissions = Permissions({"id": number, "even": True} for number in range(3))
    assert read(permissions, "integer") == [[0, 1, 2]]


def test_a_page_has_at_least_one_row_and_at_most_those_that_are_allowed() -> None:
    size = PageSize(None)
    assert size.rows == ROWS_OF_FIRST_PAGE
    size.learn([{"text": "x" * 2 * BYTES_PER_PAGE}])
    assert size.rows == 1
    for _ in range(10):
        size.learn([{"id": 1}])
    assert size.rows == ROWS_PER_PAGE
    size.learn([])
    assert size.rows == ROWS_PER_PAGE


def test_rows_are_read_by_key_in_portions() -> None:
    collection = collection_of("integer", 2500)
    keys = [*range(2500), 9999]
    rows = rows_by_key(collection.client(), "/items/a", keys, ["id"], key="id", limit=None)
    assert [row["id"] for row in rows] == list(range(2500))
    assert [len(query["keys"]) for query in collection.queries] == [1000, 1000, 501]


@pytest.mark.parametrize("key_type", TYPES)
@pytest.mark.parametrize("number", [0, 99, 100, 101, 1500])
def test_a_page_that_was_read_before_is_not_read_again(key_type: str, number: int) -> None:
    collection = collection_of(key_type, number)
    first = sorted(collection.rows)[:ROWS_OF_FIRST_PAGE]
    reader = PageReader(
        collection.client(), "/items/a", key="id", key_type=key_type, fields=["id"], limit=None
    )
    pages = list(reader.pages([{"id": key} for key in first]))
    assert [row["id"] for page in pages for row in page] == sorted(collection.rows)
    assert pages[:1] == [[{"id": key} for key in first]] * bool(first)
    # Rows before its last one are not asked for.
    offsets = [query.get("offset", 0) for query in collection.queries if "keys" not in query]
    assert key_type == "integer" or all(offset >= 99 for offset in offsets)
    assert bool(collection.queries) == (number >= ROWS_OF_FIRST_PAGE)
