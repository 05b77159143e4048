"""Reads a selection from a file, in YAML or JSON."""

import datetime
from pathlib import Path
from typing import Any

import yaml

from sidecar.errors import InvalidRequest
from sidecar.migration.selection import FIELD

CODE = "SELECTION_INVALID"
MAX_BYTES = 1_000_000


def read_selection_file(path: Path) -> dict[str, Any]:
    """The document in ``path``. Raises InvalidRequest."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _wrong(path, f"it is larger than {MAX_BYTES:,} bytes")
        document = _plain(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise _wrong(path, str(error)) from error
    if not isinstance(document, dict):
        raise _wrong(path, "it is no object with collections, filters and the like")
    return document


def _plain(value: Any) -> Any:
    """``value`` with its dates as text: YAML takes a bare date for one."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def _wrong(path: Path, why: str) -> InvalidRequest:
    message = f"The selection in {path} cannot be read: {why}"
    return InvalidRequest(message, code=CODE, field=FIELD)
