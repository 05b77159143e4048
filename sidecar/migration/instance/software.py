"""Which Directus and which database an instance says it is, and whether its names are names."""

import re
from collections.abc import Iterable
from typing import Any

from sidecar.directus.client import Row
from sidecar.masking import mask

# Databases allow 128 at most.
MAX_NAME = 255
VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,63}")
VENDOR = re.compile(r"[A-Za-z0-9_-]{1,32}")


def version_of(text: Any) -> str:
    """Return the version that an instance reports. Raises ValueError when it is none."""
    if not isinstance(text, str) or not VERSION.fullmatch(text) or len(_numbers(text)) < 2:
        raise ValueError(f"{text!r} is not a version")
    return mask(text)


def vendor_of(text: Any) -> str:
    """Return the database that an instance reports. Raises ValueError when it is none."""
    if not isinstance(text, str) or not VENDOR.fullmatch(text):
        raise ValueError(f"{text!r} is not a database")
    return mask(text)


def require_names(rows: Iterable[Row]) -> None:
    """Raise ValueError when a collection or field has no name that a database could give it."""
    for row in rows:
        names = [row["collection"], row["field"]] if "field" in row else [row["collection"]]
        for name in names:
            if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
                raise ValueError(f"{name!r} is not the name of a collection or field")


def is_older(version: str, than: str) -> bool:
    """Whether ``version`` comes before ``than``. Anything after a hyphen does not count."""
    return _numbers(version) < _numbers(than)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("-")[0].split(".") if part.isdecimal())
