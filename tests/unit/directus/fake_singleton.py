"""A singleton in memory: like Directus, it answers one of its rows at a time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sidecar.directus.client import Row
from sidecar.directus.row_answers import SingletonRow
from tests.unit.directus.fake_collection import FakeCollection


class FakeSingleton(FakeCollection):
    """Rows by their key ``id``."""

    def search(self, path: str, query: Mapping[str, Any]) -> list[Row]:
        rows = super().search(path, {**query, "limit": 1})
        return SingletonRow(rows or [{"id": None}])

    def search_keys(self, path: str, keys: Sequence[Any], fields: Iterable[str]) -> list[Row]:
        return self.search(path, {"fields": list(fields), "filter": {}})
