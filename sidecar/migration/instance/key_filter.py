"""The filter for rows with certain keys.

Directus reads some texts in a filter as something else: "null" as null, "$NOW" as the time. Rows
can have such keys, so these are described by patterns, in which "_" stands for any one character.
"""

from collections.abc import Sequence
from typing import Any

from sidecar.migration.instance.rows import Filter

WORDS = frozenset({"true", "false", "null", "NULL"})
VARIABLES = ("$NOW", "$CURRENT_USER", "$CURRENT_ROLE", "$CURRENT_POLICIES")


def filter_of_keys(column: str, keys: Sequence[Any]) -> Filter:
    """Rows whose ``column`` has one of ``keys``, and on SQLite and MySQL perhaps others whose key
    differs from a text that Directus misreads in its case alone."""
    misread = [key for key in keys if _is_misread(key)]
    if not misread:
        return {column: {"_in": list(keys)}}
    others = [key for key in keys if not _is_misread(key)]
    rules = [_like(column, key) for key in misread]
    return {"_or": [*([{column: {"_in": others}}] if others else []), *rules]}


def _is_misread(key: Any) -> bool:
    return isinstance(key, str) and (key in WORDS or key.startswith(VARIABLES))


def _like(column: str, key: str) -> Filter:
    rest = f"_{key[1:]}"
    rules = [{"_starts_with": key[0]}, {"_starts_with": rest}, {"_nstarts_with": f"{rest}_"}]
    return {"_and": [{column: rule} for rule in rules]}
