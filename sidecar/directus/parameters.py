"""The query of a URL, in Directus' form."""

from collections.abc import Mapping
from typing import Any

import orjson


def encode(params: Mapping[str, Any]) -> dict[str, str]:
    """Texts as they are; lists become comma lists, everything else JSON."""
    return {name: _encode_one(value) for name, value in params.items()}


def _encode_one(value: Any) -> str:
    if isinstance(value, str):
        return value
    return ",".join(value) if isinstance(value, list | tuple) else orjson.dumps(value).decode()
