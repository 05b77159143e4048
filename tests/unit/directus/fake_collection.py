"""A collection in memory that answers the searches of ``sidecar.directus.pages``."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from sidecar.directus.client import Directus, Row


class FakeCollection:
    """Rows by their key ``id``. ``queries`` lists the searches."""

    url = "http://instance"

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: dict[Any, Row] = {row["id"]: row for row in rows}
        self.queries: list[Mapping[str, Any]] = []
        # Called before each search, as rows may come and go between them.
        self.before_search: Callable[[], None] = lambda: None
        # How an answer shows a key. Filters compare what is stored.
        self.shown_key: Callable[[Any], Any] = lambda key: key

    def client(self) -> Directus:
        """Return the collection as the client that it stands in for."""
        client: Any = self
        return cast(Directus, client)

    def search(self, path: str, query: Mapping[str, Any]) -> list[Row]:
        self.before_search()
        self.queries.append(query)
        rows = [row for row in self.rows.values() if _matches(row, query["filter"])]
        if "aggregate" in query:
            rows = _aggregate(rows, query.get("groupBy", []))
        else:
            rows.sort(key=lambda row: row["id"])
        offset = query.get("offset", 0)
        page = rows[offset : offset + query.get("limit", len(rows))]
        if "aggregate" in query:
            return page
        page = [{**row, "id": self.shown_key(row["id"])} for row in page]
        return [{name: row[name] for name in query["fields"]} for row in page]

    def search_keys(self, path: str, keys: Sequence[Any], fields: Iterable[str]) -> list[Row]:
        names = list(fields)
        self.queries.append({"keys": keys})
        rows = [self.rows[key] for key in keys if key in self.rows]
        return [{name: row[name] for name in names} for row in rows]


def _matches(row: Row, filter: Row) -> bool:
    if "_and" in filter:
        return all(_matches(row, part) for part in filter["_and"])
    return all(
        row[name] > value if operator == "_gt" else row[name] == value
        for name, condition in filter.items()
        for operator, value in condition.items()
    )


def _aggregate(rows: list[Row], columns: Sequence[str]) -> list[Row]:
    counts = Counter(tuple(row[column] for column in columns) for row in rows)
    if not columns:
        # A database counts no rows as 0.
        return [{"count": str(counts.total())}]
    return [
        {**dict(zip(columns, values, strict=True)), "count": str(number)}
        for values, number in sorted(counts.items())
    ]
