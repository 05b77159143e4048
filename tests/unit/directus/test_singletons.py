"""Reading a singleton: all rows that its table has, not only the one that Directus shows."""

from itertools import chain

import pytest

from sidecar.directus.pages import PageReader
from sidecar.directus.rows_by_key import rows_by_key
from tests.unit.directus.fake_singleton import FakeSingleton

FIELDS = ["id", "text"]


def singleton(*keys: str) -> FakeSingleton:
    return FakeSingleton({"id": key, "text": f"Text {key}"} for key in keys)


@pytest.mark.parametrize("key_type", ["integer", "uuid"])
@pytest.mark.parametrize("keys", [(), ("a",), ("a", "b", "c")])
def test_each_row_is_read_once(key_type: str, keys: tuple[str, ...]) -> None:
    client = singleton(*keys).client()
    pages = PageReader(client, "/items/a", "id", key_type, FIELDS, limit=None).pages()
    assert [row["id"] for row in chain(*pages)] == list(keys)


def test_a_server_that_ignores_the_offset_is_asked_twice() -> None:
    class Deaf(FakeSingleton):
        def search(self, path, query):  # type: ignore[no-untyped-def]
            return super().search(path, {**query, "offset": 0})

    one = Deaf([{"id": "a", "text": "Text"}])
    pages = PageReader(one.client(), "/items/a", "id", "uuid", FIELDS, limit=None).pages()
    assert [len(page) for page in pages] == [1]


def test_rows_are_read_by_their_own_keys() -> None:
    client = singleton("a", "b").client()
    rows = rows_by_key(client, "/items/a", ["b", "x"], FIELDS, key="id", limit=None)
    assert rows == [{"id": "b", "text": "Text b"}]
