"""How requests are written, and which of them are alike."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from sidecar.directus.exact_numbers import is_exact

# These endpoints ignore ``keys`` and answer any rows. Their primary keys are uuids in ``id``.
PATHS_IGNORING_KEYS = frozenset(
    {"/users", "/roles", "/dashboards", "/panels", "/flows", "/operations", "/shares"}
)


def kind_of(method: str, path: str) -> str:
    """Group requests that take a similar time per byte: the same collection, whichever row."""
    first, *rest = path.strip("/").split("/")
    return f"{method} {first} {rest[0] if first == 'items' and rest else ''}"


def with_keys(path: str, keys: Sequence[Any], query: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a SEARCH for the rows under these primary keys. Numbers beyond 2^53 are sent as
    text, because Directus refuses them."""
    if path in PATHS_IGNORING_KEYS:
        return {"query": {**query, "filter": {"id": {"_in": list(keys)}}}}
    return {"keys": [key if is_exact(key) else str(key) for key in keys], "query": query}


def encode_query(params: Mapping[str, Any]) -> dict[str, str]:
    """Return parameters as Directus reads them: lists as comma lists, objects as JSON."""
    return {name: _encode_one(value) for name, value in params.items()}


def _encode_one(value: Any) -> str:
    if isinstance(value, str):
        return value
    return ",".join(value) if isinstance(value, list | tuple) else orjson.dumps(value).decode()
