"""Changes that Directus notes in its activity."""

from collections import Counter

from sidecar.migration.instance.instance import Instance

ACTIVITY = "/activity"
# A transaction that is still open has an id below the last one that we see.
MARGIN = 1_000


class SourceActivity:
    """What Directus notes of changes at the source, from the moment on when this is made."""

    def __init__(self, source: Instance) -> None:
        self._source = source
        # By SEARCH, as Directus may answer a GET from its cache.
        last = source.client.search(ACTIVITY, {"fields": ["id"], "sort": ["-id"], "limit": 1})
        self._since = last[0]["id"] - MARGIN if last else 0
        self._before = self._counts()
        # Of changes in the others Directus notes nothing.
        self._noted = {
            row["collection"]
            for row in source.collections
            if (row["meta"] or {}).get("accountability")
        }

    def untouched(self) -> set[str]:
        """The collections in which nothing was changed, as far as people and programs that ask
        Directus go."""
        now = self._counts()
        return {name for name in self._noted if now[name] == self._before[name]}

    def _counts(self) -> Counter[str]:
        since = {"id": {"_gt": self._since}}
        rows = self._source.client.search(
            ACTIVITY,
            {"aggregate": {"count": "*"}, "groupBy": ["collection"], "filter": since, "limit": -1},
        )
        return Counter({row["collection"]: int(row["count"]) for row in rows})
