"""Lets an instance count its rows."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus, Row
from sidecar.directus.key_listing import KEYS_PER_LISTING


def count_rows(instance: Directus, path: str, filter: Row | None = None) -> int:
    """Return the number of rows under ``path`` that match ``filter``, a filter of Directus."""
    # By SEARCH, because Directus may answer a GET from its cache.
    answer = instance.search(path, {"aggregate": {"count": "*"}, "filter": filter or {}})
    with parse_guard(instance.url + path):
        return int(answer[0]["count"])


def count_groups(
    instance: Directus, path: str, columns: Sequence[str], *, limit: int | None, filter: Row
) -> Counter[tuple[Any, ...]]:
    """Return the number of rows for each combination of values in ``columns``.

    ``limit`` is the server's own limit of rows per answer, or None.
    """
    portion = min(KEYS_PER_LISTING, limit or KEYS_PER_LISTING)
    query = {
        "aggregate": {"count": "*"},
        "groupBy": list(columns),
        "sort": list(columns),
        "limit": portion,
        "filter": filter,
    }
    counts: Counter[tuple[Any, ...]] = Counter()
    offset = 0
    while groups := instance.search(path, {**query, "offset": offset}):
        with parse_guard(instance.url + path):
            for group in groups:
                counts[tuple(group[column] for column in columns)] += int(group["count"])
        if len(groups) < portion:
            break
        offset += portion
    return counts
