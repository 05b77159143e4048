"""Rows are read by their keys, whatever these are."""

from typing import Any

from sidecar.directus.rows_by_key import rows_by_key
from sidecar.errors import DirectusRejected
from tests.unit.directus.fake_collection import FakeCollection

FIELDS = ["id", "text"]


class Strict(FakeCollection):
    """Refuses an empty text among keys and in filters, as Directus does."""

    def search(self, path, query):  # type: ignore[no-untyped-def]
        condition = query["filter"]["id"]
        if "_empty" not in condition:
            raise DirectusRejected("empty", code="INVALID_QUERY", status=400)
        return super().search(path, {**query, "filter": {"id": {"_eq": ""}}})

    def search_keys(self, path: str, keys: Any, fields: Any) -> Any:
        if "" in keys or not keys:
            raise DirectusRejected("empty", code="INVALID_PAYLOAD", status=400)
        return super().search_keys(path, keys, fields)


def found(*keys: str) -> list[str]:
    client = Strict([{"id": key, "text": key} for key in ("", "a", "b")]).client()
    rows = rows_by_key(client, "/items/a", keys, FIELDS, key="id", limit=None)
    return [row["id"] for row in rows]


def test_an_empty_text_is_a_key_like_others() -> None:
    assert found("a", "", "c") == ["a", ""]
    assert found("") == [""]
    assert found("b") == ["b"]
