"""Which collections of the source nobody has changed, by Directus' activity."""

from collections import Counter

from sidecar.migration.instance.instance import Instance

ACTIVITY = "/activity"
# A transaction that is still open has an id below the last one that we see.
MARGIN = 1_000


class SourceActivity:
    """The changes at the source since this object was made."""

    def __init__(self, source: Instance) -> None:
        self._source = source
        # Directus may answer a GET from its cache.
        last = source.client.search(ACTIVITY, {"fields": ["id"], "sort": ["-id"], "limit": 1})
        self._since = last[0]["id"] - MARGIN if last else 0
        self._before = self._counts()
        # Directus records no changes of other collections.
        self._recorded = {
            row["collection"]
            for row in source.collections
            if (row["meta"] or {}).get("accountability")
        }

    def untouched(self) -> set[str]:
        """The collections that nobody has changed through Directus."""
        now = self._counts()
        return {name for name in self._recorded if now[name] == self._before[name]}

    def _counts(self) -> Counter[str]:
        since = {"id": {"_gt": self._since}}
        rows = self._source.client.search(
            ACTIVITY,
            {"aggregate": {"count": "*"}, "groupBy": ["collection"], "filter": since, "limit": -1},
        )
        return Counter({row["collection"]: int(row["count"]) for row in rows})
